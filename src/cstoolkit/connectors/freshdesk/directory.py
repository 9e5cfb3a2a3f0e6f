"""Names <-> ids of a Freshdesk account."""

import difflib
from collections.abc import Callable, Mapping, Sequence

from ...errors import NotFoundError
from ...model.text import fold
from ...model.ticket import StatusCategory
from . import wire
from .account import FreshdeskAccount

SHOWN = 5  # candidates in a message
Pairs = Sequence[tuple[str, str | None]]


class FreshdeskDirectory:
    """The `Directory` of an account. A kind is read when it is first asked about, and not again.

    Kinds beside those of every helpdesk: status, product (the same as brand), role, sla_policy, canned_folder;
    requester_field and organization_field (the key by the label); addressee (a group or an agent: its id) and
    addressee_kind (the word `group` or `agent`). A form is known by its id only. A field's id is its key in
    tickets. Freshdesk has no list of webhooks, so none has a name.
    """

    def __init__(self, account: FreshdeskAccount) -> None:
        self._account = account

    @property
    def statuses(self) -> Mapping[str, StatusCategory]:
        """The account's own statuses and their categories, as far as the project maps them."""
        return self._account.mapped

    def find(self, kind: str, name: str) -> str:
        """The id of the one thing with exactly this name; an agent's address is a name too."""
        if kind in {"addressee", "addressee_kind"}:
            return self._addressee(name)[kind == "addressee"]
        found = [known_id for known_id, known in self._pairs(kind) if known == name]
        if not found and kind == "agent":
            agents = self._account.agents.values()
            found = [one.id for one in agents if one.email and fold(one.email) == fold(name)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(sorted(found))
            raise NotFoundError(
                f'several {kind}s are called "{name}": {listed}', vendor=wire.VENDOR, candidates=sorted(found)
            )
        raise self._unknown(kind, name)

    def _addressee(self, name: str) -> tuple[str, str]:
        """Whether it is a group or an agent, and its id. Raises NotFoundError where both or none have the name."""
        found = []
        for kind in ("group", "agent"):
            try:
                found.append((kind, self.find(kind, name)))
            except NotFoundError as error:
                if "several" in str(error):
                    raise
        if len(found) > 1:
            raise NotFoundError(
                f'"{name}" is a group and an agent', vendor=wire.VENDOR, hint="write the agent's address"
            )
        if not found:
            raise self._unknown("group", name)
        return found[0]

    def name(self, kind: str, id: str) -> str:
        """The name of an id; a thing without a name is called by its id."""
        for known, name in self._pairs(kind):
            if known == id:
                return name or id
        raise NotFoundError(f'there is no {kind} with id "{id}"', vendor=wire.VENDOR)

    def _unknown(self, kind: str, name: str) -> NotFoundError:
        if kind == "webhook":
            return NotFoundError(
                f'no address of the endpoint "{name}" can stand in a rule of Freshdesk',
                vendor=wire.VENDOR,
                hint="give it a plain https address in the project, without headers, secrets and another method",
            )
        known = [one for _, one in self._pairs(kind) if one]
        nearest = sorted(set(known), key=lambda other: (-_likeness(name, other), other))[:SHOWN]
        listed = ", ".join(nearest)
        return NotFoundError(
            f'there is no {kind} "{name}"' + (f"; nearest: {listed}" if listed else ""),
            vendor=wire.VENDOR,
            candidates=nearest,
            hint=f'did you mean "{nearest[0]}"?' if nearest else f"the account has no {kind}s",
        )

    def _pairs(self, kind: str) -> Pairs:
        account, lookups = self._account, self._account.lookups
        kinds: Mapping[str, Callable[[], Pairs]] = {
            "group": lambda: [(one.id, one.name) for one in lookups.groups.values()],
            "agent": lambda: [(one.id, one.name) for one in account.agents.values() if one.active],
            "organization": lambda: [(one.id, one.name) for one in account.companies.values()],
            "field": lambda: [(one.native, one.name) for one in lookups.fields.values()],
            "form": list,
            "brand": lambda: list(lookups.products.items()),
            "product": lambda: list(lookups.products.items()),
            "calendar": lambda: [(known, one.name) for known, one in lookups.calendars.items()],
            "status": lambda: [(str(number), label) for number, label in lookups.statuses.items()],
            "role": lambda: list(account.roles.items()),
            "sla_policy": lambda: list(account.sla_policies.items()),
            "canned_folder": lambda: list(account.canned_folders.items()),
            "requester_field": lambda: list(account.contact_fields.items()),
            "organization_field": lambda: list(account.company_fields.items()),
            "webhook": list,
        }
        if kind not in kinds:
            raise NotFoundError(
                f'"{kind}" is not a kind of name', vendor=wire.VENDOR, hint=f"kinds are: {', '.join(kinds)}"
            )
        return kinds[kind]()


def _likeness(name: str, other: str) -> float:
    return difflib.SequenceMatcher(None, fold(name), fold(other)).ratio()
