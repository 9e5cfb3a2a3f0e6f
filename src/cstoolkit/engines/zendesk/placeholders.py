"""What `{{ticket...}}`, `{{current_user...}}` and `{{dc...}}` stand for. Texts come out plain, not as HTML."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..liquid import Names
from ..trace import CannotJudge, Record
from .channels import channel_number
from .keys import key
from .state import NOBODY, TicketState

TITLES = {"hold": "On-hold"}
FIELD = "ticket_field_"
OPTION_TITLE = "ticket_field_option_title_"
PERSON = ("email", "phone", "external_id", "details", "notes", "time_zone", "role")
OWN_WORDS = frozenset({"description", "verbatim_description"})


def names_for(state: TicketState, *, suppressed: bool = False) -> dict[str, Names]:
    """The roots. `suppressed`: the customer's own words are blank (switch `suppress_placeholders`)."""
    return {
        "ticket": TicketNames(state, suppressed=suppressed),
        "current_user": _person(state, None if state.actor == NOBODY else state.actor),
        "agent": _person(state, None if state.actor == NOBODY else state.actor),
        "satisfaction": _satisfaction(state),
        "dc": DynamicContent(state),
    }


class TicketNames(Names):
    """`ticket.*`, those of custom fields too."""

    def __init__(self, state: TicketState, *, suppressed: bool) -> None:
        self._state = state
        blank = dict.fromkeys((*OWN_WORDS, *_comment_names(())), "") if suppressed else {}
        super().__init__({**_ticket(state), **_comment_names(_comments(state)), **blank})

    def __getitem__(self, name: str) -> Any:
        if name.startswith(OPTION_TITLE):
            return _option_title(self._state, name.removeprefix(OPTION_TITLE))
        if name.startswith(FIELD):
            value = self._state.custom(name.removeprefix(FIELD))
            return ", ".join(map(str, value)) if isinstance(value, list) else value
        return super().__getitem__(name)


class DynamicContent(Names):
    """`dc.*` in the requester's language, else in the default one. What is not known cannot be judged."""

    def __init__(self, state: TicketState) -> None:
        self._state = state
        super().__init__({})

    def __getitem__(self, name: str) -> str:
        placeholder = "{{dc." + name + "}}"
        for item in self._state.all("dynamic_content").values():
            if item.get("placeholder") == placeholder:
                return _variant(item, self._locale())
        raise CannotJudge(f"the dynamic content {placeholder} is not known")

    def _locale(self) -> str | None:
        requester = self._state.find("users", self._state.value("requester_id")) or {}
        return key(requester.get("locale_id"))


def _variant(item: Record, locale: str | None) -> str:
    variants = [variant for variant in item.get("variants") or () if variant.get("active", True)]
    fitting = [variant for variant in variants if key(variant.get("locale_id")) == locale]
    usual = [variant for variant in variants if variant.get("default")]
    for variant in (*fitting, *usual):
        return str(variant["content"])
    raise CannotJudge(f"the dynamic content {item.get('placeholder')} has no text")


def _ticket(state: TicketState) -> dict[str, Any]:
    ticket = state.ticket
    subject = ticket.get("subject") or ""
    group, organization = state.value("group_id"), state.value("organization_id")
    return {
        "id": ticket.get("id"),
        "encoded_id": ticket.get("encoded_id"),
        "title": subject,
        "description": ticket.get("description"),
        "verbatim_description": ticket.get("description"),
        "status": title(ticket.get("status")),
        "priority": title(ticket.get("priority")),
        "ticket_type": title(ticket.get("type")),
        "tags": " ".join(ticket.get("tags") or ()),
        "external_id": ticket.get("external_id"),
        "url": lambda: _link(state).partition("://")[2],
        "link": lambda: _link(state),
        "account": lambda: _only(state.all("account").values(), "account")["name"],
        "via": lambda: channel_number(ticket.get("via"), "the ticket") and title(ticket["via"]["channel"]),
        "group": Names({"name": lambda: _name(state, "groups", group), "id": group}),
        "brand": Names({"name": lambda: _name(state, "brands", state.value("brand_id"))}),
        "ticket_form": lambda: _name(state, "ticket_forms", state.value("ticket_form_id")),
        "organization": _organization(state, organization),
        "requester": _person(state, state.value("requester_id")),
        "assignee": _person(state, state.value("assignee_id")),
        "submitter": _person(state, state.value("submitter_id")),
        "created_at": lambda: _date(state, ticket.get("created_at")),
        "updated_at": lambda: _date(state, ticket.get("updated_at")),
        "due_date": lambda: _date(state, ticket.get("due_at")),
        "created_at_with_timestamp": ticket.get("created_at"),
        "updated_at_with_timestamp": ticket.get("updated_at"),
    }


def title(value: Any) -> str:
    """How the vendor's screen names a status, a priority, a type."""
    text = key(value) or ""
    return TITLES.get(text, text.replace("_", " ").capitalize())


def _comment_names(comments: Iterable[Record]) -> dict[str, Any]:
    every = list(comments)
    found: dict[str, Any] = {}
    for prefix, listed in (("", every), ("public_", [one for one in every if one["public"]])):
        latest = listed[0] if listed else None
        found[f"{prefix}comments"] = listed
        found[f"{prefix}comments_formatted"] = "\n\n".join(one["formatted"] for one in listed)
        for suffix in ("", "_html", "_rich"):
            found[f"latest_{prefix}comment{suffix}"] = latest["value"] if latest else ""
        found[f"latest_{prefix}comment_formatted"] = latest["formatted"] if latest else ""
    return found


def _comments(state: TicketState) -> list[Record]:
    """Newest first, that of this update among them."""
    listed = list(state.world.comments)
    here = state.update.comment
    if here is not None and here not in listed:
        listed.append(here)
    return [_comment(state, one) for one in reversed(listed)]


def _comment(state: TicketState, comment: Record) -> Record:
    author = key(comment.get("author_id"))
    text = comment.get("body") or comment.get("plain_body") or ""
    known = state.lookups.get("users", {}).get(author or "", {})
    heading = ", ".join(str(part) for part in (known.get("name"), comment.get("created_at")) if part)
    return {
        "author": _person(state, author),
        "value": text,
        "created_at": comment.get("created_at"),
        "attachments": comment.get("attachments") or [],
        "public": comment.get("public", True),
        "formatted": f"{heading}\n{text}" if heading else text,
    }


def _person(state: TicketState, id: str | None) -> Names:
    """A user's names; all blank where there is nobody, not judged where it is somebody unknown."""

    def read(field: str) -> Callable[[], Any]:
        return lambda: None if id is None else state.known("users", id).get(field)

    def name() -> str:
        return str(read("name")() or "")

    return Names(
        {
            "id": id,
            "name": name,
            "first_name": lambda: name().partition(" ")[0],
            "last_name": lambda: name().partition(" ")[2],
            **{field: read(field) for field in PERSON},
            "language": lambda: _language(read("locale")()),
            "tags": lambda: " ".join(read("tags")() or ()),
            "custom_fields": lambda: Names(read("user_fields")() or {}),
            "organization": lambda: _organization(state, key(read("organization_id")())),
        }
    )


def _language(locale: Any) -> Any:
    if locale is None:
        return None
    raise CannotJudge("how the vendor names a language is not known")


def _organization(state: TicketState, id: str | None) -> Names:
    def read(field: str) -> Callable[[], Any]:
        return lambda: None if id is None else state.known("organizations", id).get(field)

    return Names(
        {
            **{field: read(field) for field in ("name", "external_id", "details", "notes")},
            "id": id,
            "tags": lambda: " ".join(read("tags")() or ()),
            "custom_fields": lambda: Names(read("organization_fields")() or {}),
        }
    )


def _satisfaction(state: TicketState) -> Names:
    """`rating_section` are the vendor's own links to rate by, which have no words of the rule's."""
    rating = state.ticket.get("satisfaction_rating") or {}
    return Names(
        {
            "current_rating": title(rating.get("score")),
            "current_comment": rating.get("comment"),
            "rating_section": "",
        }
    )


def _name(state: TicketState, kind: str, id: str | None) -> str:
    return "" if id is None else str(state.known(kind, id).get("name") or "")


def _only(records: Iterable[Mapping[str, Any]], kind: str) -> Mapping[str, Any]:
    for record in records:
        return record
    raise CannotJudge(f"the {kind} is not known")


def _link(state: TicketState) -> str:
    address = urlsplit(str(state.ticket.get("url") or ""))
    if not address.netloc:
        raise CannotJudge("the ticket has no url")
    return f"{address.scheme}://{address.netloc}/agent/tickets/{state.ticket.get('id')}"


def _date(state: TicketState, stamp: str | None) -> str:
    if stamp is not None and state.switches["date_text"] == "opaque":
        raise CannotJudge("how the account writes a date is not known")
    return (stamp or "")[:10]


def _option_title(state: TicketState, field: str) -> str:
    value = state.custom(field)
    held = value if isinstance(value, list) else [] if key(value) is None else [value]
    options = state.known("ticket_fields", field).get("custom_field_options") or ()
    titles = {key(option["value"]): str(option["name"]) for option in options}
    return ", ".join(titles.get(key(one), str(one)) for one in held)
