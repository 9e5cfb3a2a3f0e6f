"""A walk over every implemented route with calls that succeed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, Reply, a_ticket, an_agent, job_done

MAIL = {"name": "Eve End", "email": "eve@example.com"}


@dataclass(frozen=True)
class Step:
    target: str
    reply: Reply


class Walk:
    """Each step is one call; `target` is the route's pattern, found in the sandbox's own log."""

    def __init__(self, sandbox: Sandbox, call: Caller) -> None:
        self.sandbox = sandbox
        self.call = call
        self.steps: list[Step] = []

    def go(self, method: str, path: str, document: Any = None) -> Any:
        reply = self.call(method, path, document)
        entry = self.sandbox.account().log.find()[-1]
        assert reply.status < 300, (method, path, reply.status, reply.body[:500])
        assert entry.route is not None, (method, path)
        self.steps.append(Step(entry.route, reply))
        return reply.json if reply.body else None

    def get(self, *paths: str) -> None:
        for path in paths:
            self.go("GET", path)

    def finish(self) -> None:
        """Let every job that is still queued be done."""
        for job in self.call.get("/job_statuses")["job_statuses"]:
            job_done(self.call, {"job_status": job})


def walk(sandbox: Sandbox, call: Caller) -> list[Step]:
    going = Walk(sandbox, call)
    agent = an_agent(call)
    for part in (_people, _tickets, _configuration, _rules, _views, _reading, _rest, _bulk):
        part(going, agent)
    return going.steps


def _people(walk: Walk, agent: Any) -> None:
    go, get = walk.go, walk.get
    user = go("POST", "/users", {"user": MAIL | {"external_id": "e-1"}})["user"]["id"]
    company = go("POST", "/organizations", {"organization": {"name": "Acme", "external_id": "acme"}})
    org = company["organization"]["id"]
    go("PUT", f"/users/{user}", {"user": {"organization_id": org, "notes": "kind"}})
    go("PUT", f"/organizations/{org}", {"organization": {"tags": ["vip"]}})
    go("POST", "/users/create_or_update", {"user": MAIL | {"phone": "123"}})
    go("POST", "/organizations/create_or_update", {"organization": {"name": "Acme", "notes": "n"}})
    go(
        "POST",
        "/organization_memberships",
        {"organization_membership": {"user_id": agent["id"], "organization_id": org}},
    )
    second = go("POST", "/groups", {"group": {"name": "Second"}})["group"]["id"]
    go("PUT", f"/groups/{second}", {"group": {"description": "the other one"}})
    joined = go(
        "POST", "/group_memberships", {"group_membership": {"user_id": agent["id"], "group_id": second}}
    )
    membership = joined["group_membership"]["id"]
    go("PUT", f"/users/{agent['id']}/group_memberships/{membership}/make_default")
    a = agent["id"]
    get("/users", "/users/count", "/users/me", f"/users/show_many?ids={user},{a}", "/users/search?query=eve")
    get(
        "/users/autocomplete?name=Ev", f"/users/{user}", f"/users/{user}/identities", f"/users/{user}/related"
    )
    get(f"/users/{user}/tags", f"/users/{a}/groups", f"/users/{user}/organizations")
    get(
        f"/users/{user}/organization_memberships", f"/users/{a}/group_memberships", "/groups", "/groups/count"
    )
    get("/groups/assignable", f"/groups/{second}", f"/groups/{second}/users", f"/groups/{second}/memberships")
    get("/group_memberships", "/group_memberships/assignable", f"/group_memberships/{membership}")
    get(
        "/organizations",
        "/organizations/count",
        f"/organizations/show_many?ids={org}",
        "/organization_memberships",
    )
    get(
        "/organizations/search?external_id=acme",
        "/organizations/autocomplete?name=Ac",
        f"/organizations/{org}",
    )
    get(f"/organizations/{org}/related", f"/organizations/{org}/tags", f"/organizations/{org}/users")
    get(f"/organizations/{org}/tickets", f"/organizations/{org}/tickets/count")
    for part in ("requested", "assigned", "assigned/count", "ccd", "followed"):
        get(f"/users/{a}/tickets/{part}")
    get(f"/users/{a}/tickets/ccd/count", f"/users/{a}/groups/count", f"/users/{a}/organizations/count")
    get(f"/groups/{second}/users/count", f"/groups/{second}/memberships/assignable")
    get(f"/organizations/{org}/users/count", f"/organizations/{org}/organization_memberships")
    get(f"/users/{a}/group_memberships/{membership}")
    _belonging(walk, user, org)
    _identities(walk, user)
    for owner in (f"/users/{user}", f"/organizations/{org}"):
        for verb in ("POST", "PUT", "DELETE"):
            go(verb, f"{owner}/tags", {"tags": ["vip"]})
    go("DELETE", f"/group_memberships/{membership}")
    joined = go("POST", f"/users/{a}/group_memberships", {"group_membership": {"group_id": second}})
    go("DELETE", f"/users/{a}/group_memberships/{joined['group_membership']['id']}")
    go("DELETE", f"/groups/{second}")
    gone = go("POST", "/users", {"user": {"name": "Gone"}})["user"]["id"]
    go("DELETE", f"/users/{gone}")
    double = {"name": "Eve Again", "email": "eve2@example.com", "organization_id": org}
    twin = go("POST", "/users", {"user": double})["user"]["id"]
    go("PUT", f"/users/{twin}/merge", {"user": {"id": user}})
    get("/deleted_users", "/deleted_users/count", f"/deleted_users/{gone}")
    go("DELETE", f"/deleted_users/{gone}")
    go("POST", "/users/autocomplete", {"name": "Ev"})
    other = go("POST", "/organizations", {"organization": {"name": "Other"}})["organization"]["id"]
    go("DELETE", f"/organizations/{other}")


def _belonging(walk: Walk, user: int, org: int) -> None:
    go, get = walk.go, walk.get
    third = walk.call.do("POST", "/organizations", {"organization": {"name": "Third"}})["organization"]["id"]
    path = f"/users/{user}/organization_memberships"
    one = "organization_membership"
    member = go("POST", path, {one: {"organization_id": third}})[one]["id"]
    get(f"{path}/{member}", f"/organization_memberships/{member}")
    go("PUT", f"{path}/{member}/make_default")
    go("PUT", f"/users/{user}/organizations/{org}/make_default")
    go("DELETE", f"{path}/{member}")
    again = {one + "s": [{"user_id": user, "organization_id": third}]}
    job = job_done(walk.call, go("POST", "/organization_memberships/create_many", again))
    go("DELETE", f"/organization_memberships/{job['results'][0]['id']}")
    walk.call.do("POST", path, {one: {"organization_id": third}})
    go("DELETE", f"/users/{user}/organizations/{third}")
    member = walk.call.do("POST", path, {one: {"organization_id": third}})[one]["id"]
    go("DELETE", f"/organization_memberships/destroy_many?ids={member}")
    walk.finish()


def _identities(walk: Walk, user: int) -> None:
    go, get = walk.go, walk.get
    for base, name in ((f"/users/{user}", "one"), (f"/end_users/{user}", "two")):
        path = f"{base}/identities"
        sent = {"identity": {"type": "email", "value": f"{name}@example.com"}}
        made = go("POST", path, sent)["identity"]["id"]
        get(path, f"{path}/{made}")
        if base.startswith("/users"):
            go("PUT", f"{path}/{made}", {"identity": {"verified": True}})
            go("PUT", f"{path}/{made}/verify")
        go("PUT", f"{path}/{made}/request_verification")
        first = next(item for item in walk.call.get(path)["identities"] if item["primary"])
        go("PUT", f"{path}/{made}/make_primary")
        walk.call.do("PUT", f"{path}/{first['id']}/make_primary")
        go("DELETE", f"{path}/{made}")


def _tickets(walk: Walk, agent: Any) -> None:
    go, get = walk.go, walk.get
    sent = {
        "subject": "A",
        "comment": {"body": "my card 4242"},
        "requester": MAIL,
        "assignee_id": agent["id"],
    }
    sent |= {"type": "problem", "email_ccs": [{"user_email": "cc@example.com"}], "tags": ["one"]}
    ticket = go("POST", "/tickets", {"ticket": sent})["ticket"]["id"]
    incident = a_ticket(walk.call, type="incident", problem_id=ticket)["id"]
    go(
        "PUT",
        f"/tickets/{ticket}",
        {"ticket": {"priority": "high", "comment": {"body": "on it", "public": False}}},
    )
    for verb in ("POST", "PUT", "DELETE"):
        go(verb, f"/tickets/{ticket}/tags", {"tags": ["two"]})
    comment = go("GET", f"/tickets/{ticket}/comments?include=users")["comments"][0]["id"]
    audit = go("GET", f"/tickets/{ticket}/audits")["audits"][0]["id"]
    go("PUT", f"/tickets/{ticket}/comments/{comment}/redact", {"text": "4242"})
    go("PUT", f"/tickets/{ticket}/comments/{comment}/make_private")
    _redact(walk, ticket, comment, audit)
    get(
        "/tickets",
        "/tickets?page[size]=1",
        "/tickets?include=users,groups",
        "/tickets/count",
        "/tickets/recent",
    )
    get(
        f"/tickets/show_many?ids={ticket},{incident}",
        f"/tickets/{ticket}",
        f"/tickets/{ticket}/comments/count",
    )
    get(
        f"/tickets/{ticket}/audits/count", f"/tickets/{ticket}/audits/{audit}", f"/tickets/{ticket}/incidents"
    )
    for part in (
        "related",
        "collaborators",
        "followers",
        "email_ccs",
        "metrics",
        "tags",
        "comments?page[size]=1",
    ):
        get(f"/tickets/{ticket}/{part}")
    get("/problems", "/ticket_audits?page[size]=5", "/ticket_metrics")
    metric = walk.call.get(f"/tickets/{ticket}/metrics")["ticket_metric"]["id"]
    get(f"/ticket_metrics/{metric}")
    go("PUT", f"/tickets/{ticket}", {"ticket": {"status": "solved"}})
    _rate(walk, ticket)


def _redact(walk: Walk, ticket: int, comment: int, audit: int) -> None:
    go = walk.go
    html = walk.call.get(f"/tickets/{ticket}/comments")["comments"][0]["html_body"]
    marked = html.replace("card", "<redact>card</redact>")
    go("PUT", f"/comment_redactions/{comment}", {"ticket_id": ticket, "html_body": marked})
    go("PUT", f"/tickets/{ticket}/audits/{audit}/make_private")
    token = go("POST", "/uploads?filename=a.txt", {"any": "thing"})["upload"]["token"]
    go("POST", "/uploads?filename=b.txt&token=" + token, {"any": "thing"})
    chat = a_ticket(walk.call, via={"channel": "chat"}, comment={"body": "psst 4242", "uploads": [token]})[
        "id"
    ]
    first = walk.call.get(f"/tickets/{chat}/comments")["comments"][0]
    (started,) = (
        event
        for event in walk.call.get(f"/tickets/{chat}/audits")["audits"][0]["events"]
        if event["type"] == "ChatStartedEvent"
    )
    named = {"chat_id": started["value"]["chat_id"]}
    go("PUT", f"/chat_redactions/{chat}", named | {"chat_index": 1, "text": "psst <redact>4242</redact>"})
    go("PUT", f"/chat_file_redactions/{chat}", named | {"chat_indexes": [2]})
    file = first["attachments"][1]["id"]
    go("PUT", f"/tickets/{chat}/comments/{first['id']}/attachments/{file}/redact")
    walk.get(f"/attachments/{file}")
    go("PUT", f"/attachments/{file}", {"attachment": {"malware_access_override": True}})
    go("DELETE", f"/attachments/{file}")


def _rate(walk: Walk, ticket: int) -> None:
    account = walk.sandbox.account()
    with account.changing() as state:
        eve = state.rows("users", "email = ?", (MAIL["email"],))[0]
        token = {"id": 5, "token": "eve", "user_id": eve["id"], "scopes": ["write"], "expires_at": None}
        state.put("oauth_tokens", token)
    admin, walk.call.headers = walk.call.headers, {"Authorization": "Bearer eve"}
    asked = {"request": {"subject": "Help", "comment": {"body": "please"}}}
    made = walk.go("POST", "/requests", asked)["request"]["id"]
    walk.go("PUT", f"/requests/{made}", {"request": {"comment": {"body": "soon?"}}})
    said = walk.go("GET", f"/requests/{made}/comments")["comments"][0]["id"]
    walk.get(f"/requests/{made}/comments/{said}", "/requests", f"/requests/{made}", "/requests/open")
    walk.get("/requests/solved", "/requests/ccd", "/requests/search?query=help")
    walk.go(
        "POST",
        f"/tickets/{ticket}/satisfaction_rating",
        {"satisfaction_rating": {"score": "good", "comment": "ok"}},
    )
    walk.call.headers = admin
    walk.get(f"/users/{eve['id']}/requests", f"/organizations/{eve['organization_id']}/requests")
    rating = walk.go("GET", "/satisfaction_ratings?score=received")["satisfaction_ratings"][0]["id"]
    walk.get("/satisfaction_ratings/count", f"/satisfaction_ratings/{rating}")


def _dropdown(walk: Walk) -> int:
    sent = {"type": "dropdown", "title": "Size", "key": "size"}
    options = {"custom_field_options": [{"name": "L", "value": "l"}]}
    made = walk.call.do("POST", "/user_fields", {"user_field": sent | options})
    return int(made["user_field"]["id"])


def _options(walk: Walk, path: str) -> None:
    new = {"custom_field_option": {"name": "New", "value": "brand_new"}}
    id_ = walk.go("POST", path, new)["custom_field_option"]["id"]
    walk.get(path, f"{path}/{id_}")
    walk.go("DELETE", f"{path}/{id_}")


def _configuration(walk: Walk, agent: Any) -> None:
    go, get = walk.go, walk.get
    options = [{"name": "Red", "value": "red"}, {"name": "Blue", "value": "blue"}]
    sent = {"type": "tagger", "title": "Colour", "custom_field_options": options}
    field = go("POST", "/ticket_fields", {"ticket_field": sent})["ticket_field"]["id"]
    go("PUT", f"/ticket_fields/{field}", {"ticket_field": {"description": "which"}})
    go(
        "POST",
        f"/ticket_fields/{field}/options",
        {"custom_field_option": {"name": "Green", "value": "green"}},
    )
    get("/ticket_fields", "/ticket_fields?page[size]=3", "/ticket_fields/count", f"/ticket_fields/{field}")
    get(f"/ticket_fields/show_many?ids={field}", f"/ticket_fields/{field}/options")
    _options(walk, f"/ticket_fields/{field}/options")
    go("PUT", "/ticket_fields/reorder", {"ticket_field_ids": [field]})
    rows = {
        "user_fields": ("user_field", {"type": "text", "title": "Shoe", "key": "shoe"}, {"title": "Shoes"}),
        "organization_fields": (
            "organization_field",
            {"type": "text", "title": "Tier", "key": "tier"},
            {"title": "T"},
        ),
        "ticket_forms": ("ticket_form", {"name": "Second", "ticket_field_ids": [field]}, {"position": 5}),
        "brands": ("brand", {"name": "Second", "subdomain": "second"}, {"active": False}),
        "targets": (
            "target",
            {"title": "T", "type": "email_target", "email": "t@example.com", "subject": "s"},
            {"title": "U"},
        ),
        "custom_roles": ("custom_role", {"name": "Light"}, {"description": "d"}),
        "dynamic_content/items": ("item", {"name": "Hello", "content": "Hi"}, {"name": "Hello2"}),
        "business_hours/schedules": ("schedule", {"name": "Late", "time_zone": "UTC"}, {"name": "Later"}),
    }
    for path, (one, sent, change) in rows.items():
        id_ = go("POST", f"/{path}", {one: sent})[one]["id"]
        if path.endswith("_fields"):
            go("PUT", f"/{path}/reorder", {f"{one}_ids": [id_]})
        if path == "user_fields":
            get(f"/user_fields/show_many?ids={id_}")
            _options(walk, f"/user_fields/{_dropdown(walk)}/options")
        go("PUT", f"/{path}/{id_}", {one: change})
        get(f"/{path}", f"/{path}/{id_}")
        if path == "business_hours/schedules":
            holiday = {"name": "New year", "start_date": "2026-12-31", "end_date": "2027-01-01"}
            go(
                "PUT",
                f"/{path}/{id_}/workweek",
                {"workweek": {"intervals": [{"start_time": 0, "end_time": 60}]}},
            )
            go("POST", f"/{path}/{id_}/holidays", {"holiday": holiday})
            get(f"/{path}/{id_}/holidays")
        if path == "ticket_forms":
            forms = [form["id"] for form in walk.call.get("/ticket_forms")["ticket_forms"]]
            go("PUT", "/ticket_forms/reorder", {"ticket_form_ids": forms[::-1]})
            get(f"/ticket_forms/show_many?ids={id_}")
        go("DELETE", f"/{path}/{id_}")
    go("DELETE", f"/ticket_fields/{field}")
    status = go(
        "POST", "/custom_statuses", {"custom_status": {"status_category": "hold", "agent_label": "Vendor"}}
    )
    id_ = status["custom_status"]["id"]
    go("PUT", f"/custom_statuses/{id_}", {"custom_status": {"description": "waits"}})
    get("/custom_statuses", f"/custom_statuses/{id_}")
    go("PUT", "/custom_status/default", {"ids": str(id_)})
    hook = {"name": "H", "endpoint": "https://example.com/h", "http_method": "POST", "request_format": "json"}
    id_ = go("POST", "/webhooks", {"webhook": hook})["webhook"]["id"]
    get("/webhooks", f"/webhooks/{id_}")
    go("PUT", f"/webhooks/{id_}", {"webhook": {"name": "H2"}})
    go("PATCH", f"/webhooks/{id_}", {"webhook": {"name": "H3"}})
    go("DELETE", f"/webhooks/{id_}")


TRIGGER = {
    "title": "Urgent",
    "conditions": {"all": [{"field": "status", "operator": "is", "value": "open"}], "any": []},
    "actions": [{"field": "priority", "value": "urgent"}],
}
AUTOMATION = {
    "title": "Old",
    "conditions": {
        "all": [
            {"field": "status", "operator": "is", "value": "pending"},
            {"field": "PENDING", "operator": "is", "value": "24"},
        ],
        "any": [],
    },
    "actions": [{"field": "status", "value": "open"}],
}
MACRO = {
    "title": "Polite::Thanks",
    "actions": [{"field": "comment_value", "value": "Thanks"}, {"field": "status", "value": "solved"}],
}


def _rules(walk: Walk, agent: Any) -> None:
    go, get = walk.go, walk.get
    trigger = go("POST", "/triggers", {"trigger": TRIGGER})["trigger"]["id"]
    go("PUT", f"/triggers/{trigger}", {"trigger": {"title": "Most urgent"}})
    ids = [item["id"] for item in walk.call.get("/triggers")["triggers"]]
    go("PUT", "/triggers/reorder", {"trigger_ids": ids[::-1]})
    category = go("POST", "/trigger_categories", {"trigger_category": {"name": "Later"}})["trigger_category"][
        "id"
    ]
    go("PATCH", f"/trigger_categories/{category}", {"trigger_category": {"name": "Last"}})
    move = {
        "action": "patch",
        "items": {"triggers": [{"id": trigger, "category_id": category, "position": 1}]},
    }
    go("POST", "/trigger_categories/jobs", {"job": move})
    get("/triggers", "/triggers/active", "/triggers/search?query=urgent", "/triggers/definitions")
    get(f"/triggers/{trigger}", f"/triggers/{trigger}/revisions", f"/triggers/{trigger}/revisions/1")
    get("/trigger_categories", f"/trigger_categories/{category}")
    go("PUT", "/triggers/update_many", {"triggers": [{"id": trigger, "active": False}]})
    go("DELETE", f"/trigger_categories/{category}")
    for path, one, body in (
        ("triggers", "trigger", TRIGGER),
        ("automations", "automation", AUTOMATION),
        ("macros", "macro", MACRO),
    ):
        first = go("POST", f"/{path}", {one: body})[one]["id"]
        go("PUT", f"/{path}/{first}", {one: {"title": body["title"] + " 2"}})
        get(
            f"/{path}",
            f"/{path}?page[size]=1",
            f"/{path}/active",
            f"/{path}/search?query=t",
            f"/{path}/{first}",
        )
        go("PUT", f"/{path}/update_many", {path: [{"id": first, "position": 3}]})
        if path == "macros":
            ticket = a_ticket(walk.call)["id"]
            get(
                "/macros/definitions",
                "/macros/actions",
                "/macros/categories",
                f"/macros/new?macro_id={first}",
            )
            get(f"/macros/{first}/apply", f"/tickets/{ticket}/macros/{first}/apply")
        go("DELETE", f"/{path}/{first}")
        second = walk.call.do("POST", f"/{path}", {one: body})[one]["id"]
        go("DELETE", f"/{path}/destroy_many?ids={second}")


VIEW = {"title": "Mine", "all": [{"field": "status", "operator": "less_than", "value": "solved"}]}
POLICY = {
    "title": "Gold",
    "filter": {"all": [{"field": "type", "operator": "is", "value": "incident"}], "any": []},
    "policy_metrics": [
        {"priority": "high", "metric": "first_reply_time", "target": 60, "business_hours": False}
    ],
}


def _views(walk: Walk, agent: Any) -> None:
    go, get = walk.go, walk.get
    view = go("POST", "/views", {"view": VIEW})["view"]["id"]
    go("PUT", f"/views/{view}", {"view": {"output": {"columns": ["status", "requester"]}}})
    get(
        "/views",
        "/views/active",
        "/views/compact",
        "/views/count",
        "/views/search?query=mine",
        f"/views/{view}",
    )
    get(
        f"/views/show_many?ids={view}",
        f"/views/{view}/execute",
        f"/views/{view}/tickets",
        f"/views/{view}/count",
    )
    get(f"/views/count_many?ids={view}", "/views/definitions", f"/views/{view}/export")
    go("POST", "/views/preview", {"view": VIEW})
    go("POST", "/views/preview/count", {"view": VIEW})
    go("PUT", "/views/update_many", {"views": [{"id": view, "active": False}]})
    go("DELETE", f"/views/{view}")
    second = walk.call.do("POST", "/views", {"view": VIEW})["view"]["id"]
    go("DELETE", f"/views/destroy_many?ids={second}")
    policy = go("POST", "/slas/policies", {"sla_policy": POLICY})["sla_policy"]["id"]
    go("PUT", f"/slas/policies/{policy}", {"sla_policy": {"description": "for the best"}})
    get("/slas/policies", f"/slas/policies/{policy}", "/slas/policies/definitions")
    go("PUT", "/slas/policies/reorder", {"sla_policy_ids": [policy]})
    go("DELETE", f"/slas/policies/{policy}")
    group = walk.call.get("/groups")["groups"][0]["id"]
    owned = {
        "title": "Tier 1",
        "filter": {"all": [{"field": "group_id", "operator": "includes", "value": [group]}]},
        "policy_metrics": [
            {"priority": "low", "metric": "group_ownership_time", "target": 3600, "business_hours": False}
        ],
    }
    policy = go("POST", "/group_slas/policies", {"group_sla_policy": owned})["group_sla_policy"]["id"]
    go("PUT", f"/group_slas/policies/{policy}", {"group_sla_policy": {"description": "an hour"}})
    get("/group_slas/policies", f"/group_slas/policies/{policy}", "/group_slas/policies/definitions")
    go("PUT", f"/group_slas/policies/reorder?group_sla_policy_ids={policy}")
    go("DELETE", f"/group_slas/policies/{policy}")


def _reading(walk: Walk, agent: Any) -> None:
    walk.sandbox.clock.sleep(120)
    for path in (
        "tickets",
        "tickets/cursor",
        "ticket_events",
        "ticket_metric_events",
        "users",
        "users/cursor",
        "organizations",
    ):
        walk.get(f"/incremental/{path}?start_time=1000")
        walk.sandbox.clock.sleep(60)
    walk.get(
        "/incremental/tickets/sample?start_time=1000", "/search?query=type:ticket", "/search/count?query=fire"
    )
    walk.get("/search/export?query=fire&filter[type]=ticket&page[size]=10")


def _rest(walk: Walk, agent: Any) -> None:
    go, get = walk.go, walk.get
    walk.sandbox.clock.sleep(60)
    ids = []
    with walk.sandbox.account().changing() as state:
        for number in range(1, 6):
            ids.append(number)
            state.put(
                "suspended_tickets",
                {
                    "id": number, "url": "https://example.com", "author": {"id": None, **MAIL}, "subject": "Hi",
                    "content": "spam", "cause": "Detected as spam", "cause_id": 0, "message_id": "m",
                    "ticket_id": 1, "created_at": "2026-01-05T09:00:00Z", "updated_at": "2026-01-05T09:00:00Z",
                    "via": {"channel": "email"}, "recipient": "a@example.com", "brand_id": 1, "attachments": [],
                    "error_messages": None,
                },
            )  # fmt: skip
    get("/suspended_tickets", "/suspended_tickets/1")
    go("PUT", "/suspended_tickets/1/recover")
    go("PUT", "/suspended_tickets/recover_many?ids=2,3")
    go("DELETE", "/suspended_tickets/4")
    go("DELETE", "/suspended_tickets/destroy_many?ids=5")
    get(
        "/tags",
        "/tags/count",
        "/autocomplete/tags?name=on",
        "/locales",
        "/locales/current",
        "/account/settings",
    )
    token = go("POST", "/uploads?filename=a.txt", {"any": "thing"})["upload"]["token"]
    go("DELETE", f"/uploads/{token}")
    go("POST", "/autocomplete/tags", {"name": "on"})
    go("POST", "/suspended_tickets/export")
    get("/locales/1", "/locales/agent", "/locales/public", "/locales/detect_best_locale")
    get("/satisfaction_reasons", "/satisfaction_reasons/1000")
    made = go("POST", "/oauth/tokens", {"token": {"client_id": 1, "scopes": ["read", "write"]}})["token"]
    get("/oauth/tokens", f"/oauth/tokens/{made['id']}")
    go("DELETE", f"/oauth/tokens/{made['id']}")
    made = walk.call.do("POST", "/oauth/tokens", {"token": {"scopes": ["read", "write"]}})["token"]
    admin, walk.call.headers = walk.call.headers, {"Authorization": f"Bearer {made['full_token']}"}
    get("/oauth/tokens/current")
    go("DELETE", "/oauth/tokens/current")
    walk.call.headers = admin


def _bulk(walk: Walk, agent: Any) -> None:
    go, get = walk.go, walk.get
    job = job_done(
        walk.call,
        go("POST", "/tickets/create_many", {"tickets": [{"subject": "x", "comment": {"body": "y"}}] * 9}),
    )
    ids = [item["id"] for item in job["results"]]
    go("PUT", f"/tickets/update_many?ids={ids[0]},{ids[1]}", {"ticket": {"priority": "low"}})
    go("POST", f"/tickets/{ids[0]}/merge", {"ids": [ids[1]]})
    walk.finish()
    go("DELETE", f"/tickets/destroy_many?ids={ids[2]},{ids[3]}")
    go("PUT", f"/tickets/mark_many_as_spam?ids={ids[4]}")
    walk.finish()
    go("PUT", f"/tickets/{ids[5]}/mark_as_spam")
    go("DELETE", f"/tickets/{ids[6]}")
    get("/deleted_tickets")
    go("PUT", f"/deleted_tickets/{ids[6]}/restore")
    go("PUT", f"/deleted_tickets/restore_many?ids={ids[5]}")
    go("DELETE", f"/deleted_tickets/{ids[4]}")
    go("DELETE", f"/deleted_tickets/destroy_many?ids={ids[3]}")
    walk.finish()
    past = {
        "subject": "old",
        "comments": [{"value": "long ago"}],
        "created_at": "2020-01-01T00:00:00Z",
        "status": "closed",
    }
    go("POST", "/imports/tickets", {"ticket": past})
    go("POST", "/imports/tickets/create_many", {"tickets": [past]})
    walk.finish()
    user = {"name": "Bulk", "email": "bulk@example.com"}
    made = job_done(walk.call, go("POST", "/users/create_many", {"users": [user]}))["results"][0]["id"]
    go("PUT", "/users/update_many", {"users": [{"id": made, "notes": "n"}]})
    go("POST", "/users/create_or_update_many", {"users": [user | {"phone": "1"}]})
    walk.finish()
    go("DELETE", f"/users/destroy_many?ids={made}")
    org = job_done(walk.call, go("POST", "/organizations/create_many", {"organizations": [{"name": "Bulk"}]}))
    org_id = org["results"][0]["id"]
    go("PUT", "/organizations/update_many", {"organizations": [{"id": org_id, "notes": "n"}]})
    walk.finish()
    go("DELETE", f"/organizations/destroy_many?ids={org_id}")
    group = walk.call.do("POST", "/groups", {"group": {"name": "Bulk"}})["group"]["id"]
    joined = go(
        "POST",
        "/group_memberships/create_many",
        {"group_memberships": [{"user_id": agent["id"], "group_id": group}]},
    )
    member = job_done(walk.call, joined)["results"][0]["id"]
    gone = go("DELETE", f"/group_memberships/destroy_many?ids={member}")
    id_ = gone["job_status"]["id"]
    get("/job_statuses", f"/job_statuses/show_many?ids={id_}", f"/job_statuses/{id_}")
    walk.finish()


def missing(sandbox: Sandbox, steps: list[Step]) -> Iterator[str]:
    walked = {step.target for step in steps}
    return (route for route in sandbox.account().vendor.routes() if route not in walked)
