"""Tickets from files: a map says which column means what, and nothing is lost silently."""
