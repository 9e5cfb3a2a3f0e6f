"""A Zendesk Support account. Every fact: the fact sheet on the vendor; what it leaves open: `switches`."""

from .vendor import Zendesk

VENDOR = Zendesk()
