"""Helpdesk operations as code: the public names, each imported from its module when it is first used."""

__version__ = "0.1.0"
