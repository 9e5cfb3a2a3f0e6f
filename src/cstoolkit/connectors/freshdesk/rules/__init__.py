"""Neutral rules <-> Freshdesk's automation rules and canned responses. Pure: no network, no account.

`to_native` leaves names as marks (`model.references`), `from_native` reads ids by a Directory, `normalise` is the
one form in which rules are compared: after `resolve`, and of live rules too.
"""

from .bodies import normalise
from .reading import from_native, share
from .writing import to_native

__all__ = ["from_native", "normalise", "share", "to_native"]
