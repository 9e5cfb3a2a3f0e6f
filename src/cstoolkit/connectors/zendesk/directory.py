"""Names <-> ids of a Zendesk account."""

import contextlib
import difflib
from collections.abc import Callable, Mapping
from functools import cached_property

from ...errors import NotFoundError
from ...model.text import fold
from . import wire
from .account import ZendeskAccount
from .convert_people import organization_from_zendesk
from .directory_kinds import KINDS, OWNERS, Pairs, option_of, users_called

SHOWN = 5  # candidates in a message


class ZendeskDirectory:
    """The `Directory` of an account. A kind is read when it is first asked about, and not again."""

    def __init__(self, account: ZendeskAccount) -> None:
        self._account = account
        self._read: dict[str, Pairs] = {}

    def find(self, kind: str, name: str) -> str:
        """The id of the one thing with exactly this name; an agent's address is a name too.

        Of an `addressee` (a group or an agent) it is the id, of its `addressee_kind` the word for it; of a profile
        field's value ("field=value") the id of a drop-down's option, or the value.
        """
        if kind in OWNERS:
            return option_of(self._account.client, kind, name)
        if kind in {"addressee", "addressee_kind"}:
            known = self._addressee(name)
            return known[0] if kind == "addressee_kind" else known[1]
        return self._find(kind, name)

    def _addressee(self, name: str) -> tuple[str, str]:
        """A group or an agent: the word that a notification says for it, and its id."""
        found = [("user", "agent"), ("group", "group")]
        places = []
        for word, kind in found:
            with contextlib.suppress(NotFoundError):
                places.append((word, self._find(kind, name)))
        if len(places) == 1:
            return places[0]
        if places:
            raise NotFoundError(
                f'a group and an agent are called "{name}"',
                vendor=wire.VENDOR,
                hint="name the agent by his address",
            )
        raise self._unknown("group", name)

    def _find(self, kind: str, name: str) -> str:
        pairs = users_called(self._account.client, name) if kind == "user" else self._pairs(kind)
        found = [known_id for known_id, known in pairs if known == name]
        if not found and kind == "agent":
            found = [one.id for one in self._account.agents if one.email and fold(one.email) == fold(name)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(sorted(found))
            raise NotFoundError(
                f'several {kind}s are called "{name}": {listed}', vendor=wire.VENDOR, candidates=sorted(found)
            )
        raise self._unknown(kind, name)

    def name(self, kind: str, id: str) -> str:
        """The name of an id; a thing without a name is called by its id."""
        for known, name in self._pairs(kind):
            if known == id:
                return name or id
        raise NotFoundError(f'there is no {kind} with id "{id}"', vendor=wire.VENDOR)

    def _unknown(self, kind: str, name: str) -> NotFoundError:
        known = [one for _, one in self._pairs(kind) if one] if kind != "user" else []
        nearest = sorted(set(known), key=lambda other: (-_likeness(name, other), other))[:SHOWN]
        listed = ", ".join(nearest)
        return NotFoundError(
            f'there is no {kind} "{name}"' + (f"; nearest: {listed}" if listed else ""),
            vendor=wire.VENDOR,
            candidates=nearest,
            hint=f'did you mean "{nearest[0]}"?' if nearest else f"the account has no {kind}s",
        )

    def _pairs(self, kind: str) -> Pairs:
        if kind in KINDS:
            if kind not in self._read:
                self._read[kind] = KINDS[kind](self._account.client)
            return self._read[kind]
        lookups = self._account.lookups
        kinds: Mapping[str, Callable[[], Pairs]] = {
            "group": lambda: [(one.id, one.name) for one in lookups.groups.values() if one.active],
            "agent": lambda: [(one.id, one.name) for one in self._account.agents if one.active],
            "organization": lambda: self._organizations,
            "field": lambda: [(one.id, one.name) for one in lookups.fields.values()],
            "form": lambda: list(lookups.forms.items()),
            "brand": lambda: list(lookups.brands.items()),
            "calendar": lambda: [(known, one.name) for known, one in lookups.calendars.items()],
        }
        if kind not in kinds:
            raise NotFoundError(
                f'"{kind}" is not a kind of name',
                vendor=wire.VENDOR,
                hint=f"kinds are: {', '.join((*kinds, *KINDS))}",
            )
        return kinds[kind]()

    @cached_property
    def _organizations(self) -> Pairs:
        records = self._account.client.all_of("api/v2/organizations", "organizations")
        return [(one.id, one.name) for one in map(organization_from_zendesk, records)]


def _likeness(name: str, other: str) -> float:
    return difflib.SequenceMatcher(None, fold(name), fold(other)).ratio()
