"""What `{{ticket...}}`, `{{event_performer...}}` and `{{helpdesk_name}}` stand for."""

from collections.abc import Callable, Mapping
from typing import Any

from ..liquid import Names
from ..trace import CannotJudge, Record
from .keys import instant, key, record_of
from .state import TicketState

PRIORITIES: Mapping[str | None, str] = {"1": "Low", "2": "Medium", "3": "High", "4": "Urgent"}
PERSON = ("email", "phone", "mobile", "address", "job_title", "language", "time_zone")
PERFORMER = ("email", "phone", "address")
NOT_JUDGED = (
    "public_url", "portal_url", "from_email", "requester_status_name", "due_by_hrs", "fr_due_by_hrs",
    "sla_policy_name", "total_time_spent", "billable_hours", "portal_name", "product_description",
    "satisfaction_survey", "surveymonkey_survey",
)  # fmt: skip
TIMES = {
    "created_on": "created_at", "modified_on": "updated_at", "due_by_time": "due_by", "fr_due_by_time": "fr_due_by",
}  # fmt: skip
STATUS_LABEL, SOURCE_LABEL = "default_status", "default_source"


def names_for(state: TicketState) -> dict[str, Any]:
    """The roots. What the account is called is in its lookups."""
    return {
        "ticket": TicketNames(state),
        "event_performer": Names(_performer(state)),
        "helpdesk_name": _Late(lambda: _account(state)["name"]),
    }


class _Late:
    """A value that is asked for only if a text has it."""

    def __init__(self, read: Callable[[], Any]) -> None:
        self._read = read

    def __str__(self) -> str:
        return str(self._read())


class TicketNames(Names):
    """`ticket.*`, those of custom fields too."""

    def __init__(self, state: TicketState) -> None:
        self._state = state
        super().__init__(_ticket(state))

    def __getitem__(self, name: str) -> Any:
        custom = record_of(self._state.ticket.get("custom_fields"))
        return custom[name] if name in custom else super().__getitem__(name)


def _ticket(state: TicketState) -> dict[str, Any]:
    read = state.ticket.get
    return {
        "id": read("id"),
        "subject": read("subject"),
        "description": read("description"),
        "description_html": read("description"),
        "description_text": read("description_text"),
        "url": lambda: _url(state),
        "status": lambda: _label(state, STATUS_LABEL, read("status"), state.switches["status_text"]),
        "priority": lambda: _priority(state),
        "source": read("source"),
        "source_name": lambda: _label(state, SOURCE_LABEL, read("source"), "label"),
        "ticket_type": read("type"),
        "tags": ", ".join(read("tags") or ()),
        "status_changed_on": lambda: _time(state, record_of(read("stats")).get("status_updated_at")),
        **{name: _of_time(state, attribute) for name, attribute in TIMES.items()},
        "group_id": read("group_id"),
        "group": Names({"name": lambda: _named(state, "groups", key(read("group_id")))}),
        "agent": Names(_agent(state, key(read("responder_id")))),
        "requester": PersonNames(state),
        "company": CompanyNames(state),
        **_latest(state),
        **{name: _not_judged(name) for name in NOT_JUDGED},
    }


class PersonNames(Names):
    """`ticket.requester.*`, custom fields of the contact too. Nothing is looked up before it is asked for."""

    def __init__(self, state: TicketState) -> None:
        self._state = state

        def field(name: str) -> Callable[[], Any]:
            return lambda: state.requester.get(name)

        super().__init__(
            {
                "id": lambda: state.read("requester_id"),
                **_parts_of_name(field("name")),
                **{name: field(name) for name in PERSON},
                "company_name": lambda: state.company.get("name"),
            }
        )

    def __getitem__(self, name: str) -> Any:
        try:
            return super().__getitem__(name)
        except KeyError:
            return record_of(self._state.requester.get("custom_fields"))[name]


class CompanyNames(Names):
    """`ticket.company.*`, custom fields of the company too; blank on a ticket without one."""

    def __init__(self, state: TicketState) -> None:
        self._state = state
        super().__init__(
            {
                "id": lambda: state.read("company_id"),
                "name": lambda: state.company.get("name"),
                "domains": lambda: ", ".join(state.company.get("domains") or ()),
            }
        )

    def __getitem__(self, name: str) -> Any:
        try:
            return super().__getitem__(name)
        except KeyError:
            return record_of(self._state.company.get("custom_fields"))[name]


def _parts_of_name(read: Callable[[], Any]) -> dict[str, Callable[[], Any]]:
    def name() -> str:
        return str(read() or "")

    return {
        "name": name,
        "firstname": lambda: name().partition(" ")[0],
        "lastname": lambda: name().partition(" ")[2],
    }


def _agent(state: TicketState, id: str | None) -> dict[str, Any]:
    """The assigned agent; all blank where there is none."""

    def field(name: str) -> Callable[[], Any]:
        return lambda: None if id is None else record_of(state.known("agents", id).get("contact")).get(name)

    return {"id": id, **{name: field(name) for name in ("name", "email", "job_title")}}


def _performer(state: TicketState) -> dict[str, Any]:
    """Who made this update: an agent or a contact. Of the system nothing is known."""

    def field(name: str) -> Callable[[], Any]:
        return lambda: _person(state).get(name)

    return {**_parts_of_name(field("name")), **{name: field(name) for name in PERFORMER}}


def _person(state: TicketState) -> Mapping[str, Any]:
    if state.actor is None:
        raise CannotJudge("the system made this update, and how the vendor names it is not documented")
    agent = state.lookups.get("agents", {}).get(state.actor)
    return record_of(agent.get("contact")) if agent else state.known("contacts", state.actor)


def _latest(state: TicketState) -> dict[str, Any]:
    """The newest public and private message; the description where there is no public one is not theirs."""
    found: dict[str, Any] = {}
    for word, private in (("public", False), ("private", True)):
        fitting = [one for one in state.comments if bool(one.get("private")) == private]
        newest: Record = fitting[-1] if fitting else {}
        found[f"latest_{word}_comment"] = newest.get("body")
        found[f"latest_{word}_comment_text"] = newest.get("body_text", newest.get("body"))
    return found


def _label(state: TicketState, kind: str, value: Any, form: str) -> Any:
    if form == "number" or value is None:
        return value
    for field in state.all("ticket_fields").values():
        if field.get("type") == kind:
            for choice in field.get("choices") or ():
                if isinstance(choice, dict) and choice.get("id") == value:
                    return choice.get("value")
    raise CannotJudge(f"the label of {value} is not among the known choices")


def _priority(state: TicketState) -> Any:
    value = state.ticket.get("priority")
    return value if state.switches["priority_text"] == "number" else PRIORITIES.get(key(value), value)


def _named(state: TicketState, kind: str, id: str | None) -> Any:
    return None if id is None else state.known(kind, id).get("name")


def _account(state: TicketState) -> Record:
    for record in state.all("account").values():
        return record
    raise CannotJudge("the account is not known")


def _url(state: TicketState) -> str:
    path = {"helpdesk": "helpdesk/tickets", "a": "a/tickets"}[state.switches["ticket_url"]]
    return f"{_account(state)['url']}/{path}/{state.ticket.get('id')}"


def _of_time(state: TicketState, attribute: str) -> Callable[[], Any]:
    return lambda: _time(state, state.ticket.get(attribute))


def _time(state: TicketState, value: Any) -> Any:
    at = instant(value)
    if at is not None and state.switches["date_text"] == "opaque":
        raise CannotJudge("how the account writes a time is not known")
    return value


def _not_judged(name: str) -> Callable[[], Any]:
    def read() -> Any:
        raise CannotJudge(f"what the vendor puts for ticket.{name} is not known")

    return read
