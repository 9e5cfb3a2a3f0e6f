"""How Freshdesk runs its rules."""

from .engine import FreshdeskEngine as FreshdeskEngine
from .switches import SWITCHES as SWITCHES
from .updates import apply_update as apply_update
