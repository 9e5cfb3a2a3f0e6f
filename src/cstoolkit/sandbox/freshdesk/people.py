"""Agents, and the groups they are in (fact sheet 3.3)."""

from typing import Any

from ..http import Answer, Record, json_answer
from .arguments import word_argument
from .attributes import Attribute, Attributes, missing, read
from .authentication import key_of, must_be_admin
from .catalogue import GROUPS
from .pages import PAGE_ARGUMENTS, page_of_table
from .refusals import Problem, duplicate, invalid, refusal
from .requesters import blank_contact
from .resources import check_unique, find, make
from .visit import Desk, Handler, Visit, created, no_content

_CONTACT = ("name", "email", "phone", "mobile", "job_title", "language", "time_zone")
AGENT: Attributes = {
    "occasional": Attribute("flag"),
    "signature": Attribute("text"),
    "ticket_scope": Attribute("integer", values=(1, 2, 3), null=False),
    "type": Attribute("text", values=("support_agent", "field_agent", "collaborator")),
    "skill_ids": Attribute("integers"),
    "group_ids": Attribute("integers"),
    "role_ids": Attribute("integers"),
    "available": Attribute("flag"),
    "deactivated": Attribute("flag"),
    **{key: Attribute("text") for key in _CONTACT},
    "name": Attribute("text", null=False, least=1),
    "email": Attribute("email", null=False),
    "focus_mode": Attribute("flag"),
}
_NEW: Attributes = {
    **AGENT,
    "email": Attribute("email", required=True),
    "ticket_scope": Attribute("integer", required=True, values=(1, 2, 3)),
}
HIDDEN = ("email", "api_key", "name")
STATES = ("fulltime", "occasional")


def shown(desk: Desk, agent: Record) -> Record:
    return {key: value for key, value in agent.items() if key not in HIDDEN}


def make_agent(desk: Desk, values: Record, id_: int | None = None, api_key: str | None = None) -> Record:
    number = id_ or desk.new_id()
    person = {
        "name": values["email"].partition("@")[0],
        "language": "en",
        "time_zone": "UTC",
    } | dict.fromkeys(("job_title", "mobile", "phone", "last_login_at"))
    person |= {key: values[key] for key in _CONTACT if key in values}
    stamps = {"created_at": desk.stamp, "updated_at": desk.stamp}
    agent: Record = {
        "id": number, "available": True, "available_since": None, "occasional": False, "signature": None,
        "ticket_scope": 1, "type": "support_agent", "skill_ids": [], "group_ids": [], "role_ids": [],
        "last_active_at": None, "deactivated": False, "focus_mode": True, "contact": {"active": True} | person | stamps,
        "api_key": api_key or key_of(number),
    } | stamps  # fmt: skip
    return _store(desk, agent | {key: values[key] for key in agent if key in values})


def _store(desk: Desk, agent: Record) -> Record:
    contact = agent["contact"]
    return desk.state.put("agents", agent | {"email": contact["email"].lower(), "name": contact["name"]})


def make_agent_of(desk: Desk, contact: Record, values: Record) -> Record:
    default = [role["id"] for role in desk.state.rows("roles", "name = 'Agent'")]
    person = {key: contact[key] for key in _CONTACT if contact.get(key) is not None}
    _check(desk, values)
    return shown(desk, make_agent(desk, {"role_ids": default} | person | values, contact["id"]))


def _check(desk: Desk, values: Record) -> None:
    problems = []
    for key, table in (("group_ids", "groups"), ("role_ids", "roles")):
        wrong = [id_ for id_ in values.get(key) or [] if desk.state.get(table, id_) is None]
        if wrong:
            ids = ", ".join(str(id_) for id_ in wrong)
            problems.append(Problem(key, f"{ids} is/are invalid in the list"))
    if problems:
        raise invalid(problems)


def _check_email(desk: Desk, email: str | None, id_: int | None) -> None:
    if email is None:
        return
    taken = desk.state.count("agents", "email = ? AND id IS NOT ?", (email.lower(), id_))
    if taken or desk.state.count("contacts", "email = ? AND deleted = 0", (email.lower(),)):
        raise invalid([duplicate("email")])


def list_agents(visit: Visit) -> Answer:
    visit.allow_arguments(*PAGE_ARGUMENTS, "email", "mobile", "phone", "state")
    clauses, values = ["1"], list[Any]()
    for key in ("email", "mobile", "phone"):
        if visit.argument(key) is not None:
            clauses.append(f"lower(json_extract(CAST(body AS TEXT), '$.contact.{key}')) = lower(?)")
            values.append(visit.argument(key))
    state = word_argument(visit, "state", STATES)
    if state is not None:
        clauses.append(f"json_extract(CAST(body AS TEXT), '$.occasional') = {int(state == 'occasional')}")
    return page_of_table(
        visit, "agents", " AND ".join(clauses), values, render=lambda agent: shown(visit, agent)
    )


def show_agent(visit: Visit) -> Answer:
    return json_answer(shown(visit, visit.get("agents", visit.id())))


def me(visit: Visit) -> Answer:
    return json_answer(shown(visit, visit.agent))


def create_agent(visit: Visit) -> Answer:
    must_be_admin(visit)
    values = read(_NEW, visit.body, new=True)
    _check(visit, values)
    _check_email(visit, values["email"], None)
    return created(shown(visit, make_agent(visit, values)), "agents")


def update_agent(visit: Visit) -> Answer:
    must_be_admin(visit)
    agent = visit.get("agents", visit.id())
    values = read(AGENT, visit.changes, new=False)
    _check(visit, values)
    _check_email(visit, values.get("email"), agent["id"])
    contact = agent["contact"] | {key: values[key] for key in _CONTACT if key in values}
    changed = agent | {key: values[key] for key in values if key not in _CONTACT} | {"contact": contact}
    if changed != agent:
        changed = _store(visit, changed | {"updated_at": visit.stamp})
    return json_answer(shown(visit, changed))


def delete_agent(visit: Visit) -> Answer:
    """The agent becomes a contact with the same id; its tickets lose their agent."""
    must_be_admin(visit)
    agent = visit.get("agents", visit.id())
    if agent["id"] == visit.agent["id"]:
        raise refusal(400, {"code": "inconsistent_state", "message": "You cannot delete yourself"})
    person = {key: agent["contact"][key] for key in _CONTACT}
    stamps = {"id": agent["id"], "created_at": agent["created_at"], "updated_at": visit.stamp}
    visit.state.put("contacts", blank_contact(person) | stamps | {"email": agent["email"]})
    visit.state.remove("agents", "id = ?", agent["id"])
    for ticket in visit.state.rows("tickets", "responder_id = ?", (agent["id"],)):
        visit.state.put("tickets", ticket | {"responder_id": None, "updated_at": visit.stamp})
    return no_content()


def autocomplete_agents(visit: Visit) -> Answer:
    visit.allow_arguments("term")
    term = (visit.argument("term") or "").casefold()
    if not term:
        raise invalid(missing(["term"]))
    where = "instr(lower(name), ?) OR instr(email, ?)"
    found = visit.state.pick("id, name, email", "agents", where, (term, term), order="name", limit=20)
    return json_answer([{"id": id_, "contact": {"name": name, "email": email}} for id_, name, email in found])


def autocomplete_companies(visit: Visit) -> Answer:
    """By the beginning of a word of the name, whatever its case."""
    visit.allow_arguments("name")
    term = (visit.argument("name") or "").casefold()
    if not term:
        raise invalid(missing(["name"]))
    found = [
        {"id": id_, "name": name}
        for id_, name in visit.state.pick("id, name", "companies", order="name")
        if any(word.startswith(term) for word in (name.casefold(), *name.casefold().split()))
    ]
    return json_answer({"companies": found[:20]})


def create_group(visit: Visit) -> Answer:
    must_be_admin(visit)
    values = read(GROUPS.attributes, visit.body, new=True)
    record = dict(GROUPS.defaults) | values
    check_unique(visit, GROUPS, record, None)
    GROUPS.check(visit, record, None)
    group = make(visit, GROUPS, record)
    _set_members(visit, group["id"], values.get("agent_ids"))
    return created(GROUPS.render(visit, group), "groups")


def update_group(visit: Visit) -> Answer:
    must_be_admin(visit)
    before = find(visit, GROUPS)
    values = read(GROUPS.attributes, visit.changes, new=False)
    group = before | values
    check_unique(visit, GROUPS, group, before["id"])
    GROUPS.check(visit, group, before)
    if group != before:
        group = visit.state.put("groups", group | {"updated_at": visit.stamp})
    _set_members(visit, group["id"], values.get("agent_ids"))
    return json_answer(GROUPS.render(visit, group))


def _set_members(desk: Desk, group_id: int, agent_ids: list[int] | None) -> None:
    if agent_ids is None:
        return
    for agent in desk.state.rows("agents"):
        others = [id_ for id_ in agent["group_ids"] if id_ != group_id]
        wanted = [*others, group_id] if agent["id"] in agent_ids else others
        if sorted(wanted) != sorted(agent["group_ids"]):
            desk.state.put("agents", agent | {"group_ids": wanted})


def delete_group(visit: Visit) -> Answer:
    """Its tickets are then in no group."""
    must_be_admin(visit)
    group = find(visit, GROUPS)
    _set_members(visit, group["id"], [])
    visit.state.remove("groups", "id = ?", group["id"])
    for ticket in visit.state.rows("tickets", "group_id = ?", (group["id"],)):
        visit.state.put("tickets", ticket | {"group_id": None, "updated_at": visit.stamp})
    return no_content()


ROUTES: dict[str, Handler] = {
    "GET /agents": list_agents,
    "POST /agents": create_agent,
    "GET /agents/me": me,
    "GET /agents/autocomplete": autocomplete_agents,
    "GET /agents/{id}": show_agent,
    "PUT /agents/{id}": update_agent,
    "DELETE /agents/{id}": delete_agent,
    "GET /companies/autocomplete": autocomplete_companies,
    "POST /groups": create_group,
    "PUT /groups/{id}": update_group,
    "DELETE /groups/{id}": delete_group,
}
