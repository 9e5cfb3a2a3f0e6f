"""Card numbers to plant, and numbers that only look like them.

The cards are the public test numbers of the card schemes: no account stands behind any of them.
"""

from .dice import Dice

CARDS = (
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "5555 5555 5555 4444",
    "5555555555554444",
    "3782 822463 10005",
    "378282246310005",
    "4012888888881881",
    "6011 1111 1111 1117",
    "5105-1051-0510-5100",
    "3530 1113 3330 0000",
)
IBANS = ("DE89 3704 0044 0532 0130 00", "NL91 ABNA 0417 1643 00", "FR14 2004 1010 0505 0001 3M02 606")
_TRACKING = ("1Z999AA10123456784", "00359007738913296518", "LX123456789DE")
_PHONES = ("+49 30 5550 0142", "+1 (212) 555-0147", "0049 (0)89 5550 0199")


def make_look_alike(dice: Dice) -> str:
    """A sentence with a number that no careful detector takes for a card."""
    kind = dice.between(0, 4)
    if kind == 0:
        return f"The tracking id is {dice.pick(_TRACKING)}."
    if kind == 1:
        return f"You can call me on {dice.pick(_PHONES)} until five."
    if kind == 2:
        return f"Long order number: {_order_number(dice)}."
    if kind == 3:
        return f"Customer number {_order_number(dice)[:12]}, contract from 2019."
    number = _order_number(dice)
    return f"Reference {number[:4]} {number[4:8]} {number[8:12]} {number[12:]} from your mail."


def make_iban_sentence(dice: Dice) -> str:
    return f"Please refund to my account: {dice.pick(IBANS)}."


def _order_number(dice: Dice) -> str:
    """16 digits that begin like a card and fail the Luhn check, in whole and in every part."""
    while True:
        number = dice.pick("45") + "".join(str(dice.between(0, 9)) for _ in range(15))
        parts = (number[start:end] for start in range(4) for end in range(start + 13, 17))
        if not any(_passes_luhn(part) for part in parts):
            return number


def _passes_luhn(digits: str) -> bool:
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(two - 9 if two > 9 else two for two in doubled)) % 10 == 0
