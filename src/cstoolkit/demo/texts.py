"""The shape of the word material, and what is said in English whatever the customer's language.

Slots: {name} the customer's first name, {agent} the agent's, {order} an order number, {product} a product.
No sentence has 13 digits in a row, with or without spaces and hyphens between: that is for planted cards.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """Something customers write about. `area` is the value of the field `product_area`."""

    area: str
    reason: str
    desk: str
    tag: str
    subjects: tuple[str, ...]
    problems: tuple[str, ...]
    fixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """Everything said in one language."""

    greetings: tuple[str, ...]
    context: tuple[str, ...]
    closings: tuple[str, ...]
    more: tuple[str, ...]
    chasers: tuple[str, ...]
    thanks: tuple[str, ...]
    not_fixed: tuple[str, ...]
    hello: tuple[str, ...]
    looking: tuple[str, ...]
    questions: tuple[str, ...]
    goodbye: tuple[str, ...]
    reminder: str
    topics: tuple[Topic, ...]


PRODUCTS = ("Larkshelf Desk", "Larkshelf Pay", "Larkshelf Ship", "Larkshelf Mobile", "Larkshelf Insights")

NOTES = (
    "Checked the log: three failed attempts, then a timeout. Looks like ours.",
    "Called back, nobody picked up. Will try in the afternoon.",
    "Same as the case from last week, see the runbook.",
    "Customer is annoyed, please be quick with this one.",
    "Not our area, handing over.",
)
DISCLAIMER = (
    "This message is confidential and intended for the addressee only. If you received it by mistake, "
    "please tell the sender and delete it. Please consider the environment before printing."
)
