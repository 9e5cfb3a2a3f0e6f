"""The shape of the word material, and what is said in English whatever the customer's language.

Slots: {name} the customer's first name, {agent} the agent's, {order} an order number, {product} a product.
No sentence has 13 digits in a row, with or without spaces and hyphens between: that is for planted cards.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Matter(NamedTuple):
    """A subject, the message that goes with it, and the answer that solves it."""

    subject: str
    problem: str
    fix: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Something customers write about. `area` is the value of the field `product_area`."""

    area: str
    reason: str
    desk: str
    tag: str
    matters: tuple[Matter, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """Everything said in one language. A question comes with what the customer answers to it."""

    greetings: tuple[str, ...]
    context: tuple[str, ...]
    closings: tuple[str, ...]
    more: tuple[str, ...]
    chasers: tuple[str, ...]
    thanks: tuple[str, ...]
    not_fixed: tuple[str, ...]
    sorry: tuple[str, ...]
    hello: tuple[str, ...]
    looking: tuple[str, ...]
    working: tuple[str, ...]
    questions: tuple[tuple[str, str], ...]
    goodbye: tuple[str, ...]
    reminder: str
    topics: tuple[Topic, ...]


PRODUCTS = ("Larkshelf Desk", "Larkshelf Pay", "Larkshelf Ship", "Larkshelf Mobile", "Larkshelf Insights")

NOTES = (
    "Checked the log: three failed attempts, then a timeout. Looks like ours.",
    "Called back, nobody picked up. Will try in the afternoon.",
    "Same as the case from last week, see the runbook.",
    "Customer is annoyed, please be quick with this one.",
)
HANDOVERS = (
    "Not our area, handing over.",
    "Needs somebody who can see the account's settings; please take it from here.",
    "I am stuck with this one. What I found so far is in the notes.",
    "This belongs to you as far as I can see; send it back if I am wrong.",
)
DISCLAIMER = (
    "This message is confidential and intended for the addressee only. If you received it by mistake, "
    "please tell the sender and delete it. Please consider the environment before printing."
)
