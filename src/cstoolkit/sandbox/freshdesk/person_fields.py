"""Fields of contacts and of companies: listed for every agent, written by administrators (fact sheet 3.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from ..http import Answer, Record, json_answer
from .attributes import Attribute, Attributes, read
from .authentication import must_be_admin
from .field_routes import name_of
from .refusals import Problem, duplicate, refusal, wrong
from .refusals import invalid as refused
from .ticket_form import Form
from .visit import Desk, Handler, Visit, created, no_content

TYPES = (
    "custom_text", "custom_paragraph", "custom_checkbox", "custom_number", "custom_dropdown", "custom_date",
    "custom_phone_number", "custom_url",
)  # fmt: skip
_TEXTS = frozenset({"custom_phone_number", "custom_url"})
_CHOICE: Attributes = {
    "id": Attribute("integer"),
    "value": Attribute("text", required=True, least=1),
    "label": Attribute("text"),
    "position": Attribute("integer"),
}


@dataclass(frozen=True)
class Owner:
    """Whose fields: `flags` are those its fields have, `defaults` those it came with, by name and type."""

    table: str
    flags: tuple[str, ...]
    defaults: Mapping[str, tuple[str, str]]

    @property
    def attributes(self) -> Attributes:
        return {
            "label": Attribute("text", required=True, least=1, most=255),
            "type": Attribute("text", required=True, values=TYPES),
            "position": Attribute("integer"),
            "choices": Attribute("records"),
            **({"label_for_customers": Attribute("text", least=1)} if len(self.flags) > 1 else {}),
            **{flag: Attribute("flag", null=False) for flag in self.flags},
        }


CONTACTS = Owner(
    "contact_fields",
    (
        "required_for_agents", "required_for_customers", "customers_can_edit", "displayed_for_customers",
        "editable_in_signup",
    ),
    {
        "name": ("default_name", "Full name"), "job_title": ("default_job_title", "Title"),
        "email": ("default_email", "Email"), "phone": ("default_phone", "Work phone"),
        "mobile": ("default_mobile", "Mobile phone"), "twitter_id": ("default_twitter_id", "Twitter"),
        "unique_external_id": ("default_unique_external_id", "Unique external ID"),
        "company_name": ("default_company_name", "Company"), "address": ("default_address", "Address"),
        "time_zone": ("default_time_zone", "Time zone"), "language": ("default_language", "Language"),
        "tag_names": ("default_tag_names", "Tags"), "description": ("default_description", "About"),
    },
)  # fmt: skip
COMPANIES = Owner(
    "company_fields",
    ("required_for_agents",),
    {
        "name": ("default_name", "Company name"), "description": ("default_description", "Description"),
        "note": ("default_note", "Notes"), "domains": ("default_domains", "Domains for this company"),
        "health_score": ("default_health_score", "Health score"),
        "account_tier": ("default_account_tier", "Account tier"),
        "renewal_date": ("default_renewal_date", "Renewal date"),
        "industry": ("default_industry", "Industry"),
    },
)  # fmt: skip
OWNERS = (CONTACTS, COMPANIES)


def furnish_fields(desk: Desk) -> None:
    for owner in OWNERS:
        for name, (type_, label) in owner.defaults.items():
            values = {"name": name, "label": label, "type": type_, "default": True}
            _make(desk, owner, values | ({"required_for_agents": True} if name == "name" else {}))


def _make(desk: Desk, owner: Owner, values: Record) -> Record:
    field: Record = {
        "id": desk.new_id(), "name": "", "label": "", "type": "custom_text", "default": False,
        "position": desk.state.count(owner.table) + 1, **dict.fromkeys(owner.flags, False),
        "created_at": desk.stamp, "updated_at": desk.stamp,
    }  # fmt: skip
    if len(owner.flags) > 1:
        field["label_for_customers"] = values["label"]
    return desk.state.put(owner.table, field | values)


def check_custom(desk: Desk, owner: Owner, sent: Record | None) -> list[Problem]:
    """Custom values of a contact or a company: an unknown name and a wrong value are named."""
    rows = desk.state.rows(owner.table, '"default" = 0', order="position, id")
    fields = [
        field
        | {"archived": False, "choices": field.get("choices", [])}
        | ({"type": "custom_text"} if field["type"] in _TEXTS else {})
        for field in rows
    ]
    return Form(tuple(fields)).check(sent or {}, sent or {})


def index(owner: Owner, visit: Visit) -> Answer:
    visit.allow_arguments()
    return json_answer(visit.state.rows(owner.table, order="position, id"))


def show(owner: Owner, visit: Visit) -> Answer:
    return json_answer(visit.get(owner.table, visit.id()))


def create(owner: Owner, visit: Visit) -> Answer:
    must_be_admin(visit)
    values = read(owner.attributes, visit.body, new=True)
    name = _name(visit, values["label"])
    if visit.state.count(owner.table, "name = ?", (name,)):
        raise refused([duplicate("label")])
    choices = _choices(visit, values.pop("choices", None) or [])
    if (values["type"] == "custom_dropdown") != bool(choices):
        raise wrong("choices", "It is for drop-down fields, and mandatory there", "missing_field")
    extra = {"choices": choices} if choices else {}
    kept = {key: value for key, value in values.items() if value is not None}
    return created(_make(visit, owner, kept | {"name": name} | extra), owner.table)


def _name(desk: Desk, label: str) -> str:
    name = name_of(label)
    return name if desk.switches["person_field_names"] == "cf" else name.removeprefix("cf_")


def _choices(desk: Desk, sent: list[Record]) -> list[Record]:
    found = [read(_CHOICE, item, new=True) for item in sent]
    return [
        {
            "id": item.get("id") or desk.new_id(),
            "label": item["value"],
            "value": item["value"],
            "position": place,
        }
        for place, item in enumerate(found, start=1)
    ]


def update(owner: Owner, visit: Visit) -> Answer:
    """The name stays what it was, whatever becomes of the label."""
    must_be_admin(visit)
    field = visit.get(owner.table, visit.id())
    allowed = {key: value for key, value in owner.attributes.items() if key != "type"}
    values = read(allowed, visit.changes, new=False)
    if values.get("choices") is not None:
        if field["type"] != "custom_dropdown":
            raise wrong("choices", "It is for drop-down fields", "inaccessible_field")
        values["choices"] = _choices(visit, values["choices"])
    kept = {key: value for key, value in values.items() if value is not None}
    return json_answer(visit.state.put(owner.table, field | kept | {"updated_at": visit.stamp}))


def delete(owner: Owner, visit: Visit) -> Answer:
    must_be_admin(visit)
    field = visit.get(owner.table, visit.id())
    if field["default"]:
        raise refusal(400, {"code": "inconsistent_state", "message": "Default fields cannot be deleted"})
    visit.state.remove(owner.table, "id = ?", field["id"])
    return no_content()


_VERBS = {
    "GET ": index,
    "POST ": create,
    "GET /{id}": show,
    "PUT /{id}": update,
    "DELETE /{id}": delete,
}
ROUTES: dict[str, Handler] = {
    f"{target.partition(' ')[0]} /{owner.table}{target.partition(' ')[2]}": partial(work, owner)
    for owner in OWNERS
    for target, work in _VERBS.items()
}
