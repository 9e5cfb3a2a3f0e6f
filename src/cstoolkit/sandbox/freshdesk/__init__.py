"""A Freshdesk account (API v2). Every fact: the fact sheet on the vendor; what it leaves open: `switches`."""

from .vendor import Freshdesk

VENDOR = Freshdesk()
