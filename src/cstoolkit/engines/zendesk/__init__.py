"""How Zendesk runs its rules."""

from .engine import ZendeskEngine as ZendeskEngine
