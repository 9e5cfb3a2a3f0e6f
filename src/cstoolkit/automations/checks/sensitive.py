"""Bank accounts, US social security numbers, passwords and access tokens in folded text; kinds, never values."""

import re

PREFILTER = (
    r"\b[a-z]{2}[0-9]{2}(?: ?[a-z0-9]{4}){2}|\bssn\b|social security|passw|kennwort|mot de passe|contrase"
    r"|\bghp_|github_pat_|\bxox[abprs]-|\bakia[0-9a-z]{16}|sk_live_|\beyj[a-z0-9_-]+\.eyj|private key-----"
)
"""RE2: a text without it holds nothing that is looked for."""

# Lengths by country: the IBAN registry of SWIFT. An IBAN of another length is none.
_LENGTHS = {
    country: int(length)
    for length, countries in {
        "15": "no", "16": "be", "18": "dk fi fo gl nl sd", "19": "mk si", "20": "at ba ee kz lt lu xk",
        "21": "ch cr hr li lv", "22": "bg bh de gb ge ie me rs", "23": "ae gi il iq om",
        "24": "ad cz es md pk ro sa se sk tn vg", "25": "ly pt st", "26": "is tr", "27": "bi dj fr gr it mc sm",
        "28": "al az by cy do gt hu lb ni pl sv", "29": "br eg ps qa ua", "30": "jo kw mu", "31": "mt sc",
    }.items()
    for country in countries.split()
}  # fmt: skip
_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2}[0-9]{2}(?: ?[a-z0-9])+")
_SSN = re.compile(
    r"\b(?:ssn|social security)\b.{0,40}?(?<![0-9-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![0-9-])",
    re.DOTALL,
)
_PASSWORD = re.compile(
    r"\b(?:password|passwort|kennwort|mot de passe|contrase\u00f1a)"
    r"\s*(?:(?:is|ist|est|es)\b\s*[:=]?|[:=])\s*(?!https?:)(\S{6,})"
)
_TOKEN = re.compile(
    r"(?<![a-z0-9])(?:ghp_[a-z0-9]{36}|github_pat_[a-z0-9_]{40,}|xox[abprs]-[a-z0-9-]{20,}|akia[0-9a-z]{16}(?![a-z0-9])"
    r"|sk_live_[a-z0-9]{16,}|eyj[a-z0-9_-]{8,}\.eyj[a-z0-9_-]{8,}\.[a-z0-9_-]{8,})|-----begin [a-z ]*private key-----"
)


def find_sensitive(folded: str) -> set[str]:
    """Which kinds stand in the text: iban, ssn, password, token."""
    found = set()
    if any(_is_iban(run[0]) for run in _IBAN.finditer(folded)):
        found.add("iban")
    if _SSN.search(folded):
        found.add("ssn")
    # "The password is expired" tells none: what somebody types for one has a digit among letters or marks.
    if any(re.search("[0-9]", value) and not value.isdigit() for value in _PASSWORD.findall(folded)):
        found.add("password")
    if _TOKEN.search(folded):
        found.add("token")
    return found


def _is_iban(run: str) -> bool:
    """ISO 7064 mod 97-10 over the country's length; what follows it in the text must be a word of its own."""
    length = _LENGTHS.get(run[:2])
    if length is None:
        return False
    end = taken = 0
    while end < len(run) and taken < length:
        taken += run[end] != " "
        end += 1
    if taken < length or (end < len(run) and run[end] != " "):
        return False
    account = run[:end].replace(" ", "")
    return int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97 == 1
