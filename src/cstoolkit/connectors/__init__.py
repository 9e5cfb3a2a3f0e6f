"""Helpdesks: `connect("local:FILE")` now; the vendors follow."""
