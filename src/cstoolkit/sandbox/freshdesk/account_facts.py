"""Canned responses beyond single ones, and what an account says of itself."""

from ..http import Answer, Record, json_answer
from .attributes import Attribute, read
from .authentication import must_be_admin
from .catalogue import CANNED_RESPONSES
from .pages import page_of_table
from .refusals import Refusal
from .resources import make
from .visit import Handler, Visit


def folder_responses(visit: Visit) -> Answer:
    folder = visit.get("canned_response_folders", visit.id())
    return page_of_table(visit, "canned_responses", "folder_id = ?", (folder["id"],))


def bulk_responses(visit: Visit) -> Answer:
    sent = read({"canned_responses": Attribute("records", required=True)}, visit.body, new=True)
    made, problems = list[Record](), list[Record]()
    for number, item in enumerate(sent["canned_responses"]):
        try:
            values = read(CANNED_RESPONSES.attributes, item, new=True)
            record = dict(CANNED_RESPONSES.defaults) | values
            CANNED_RESPONSES.check(visit, record, None)
            made.append(make(visit, CANNED_RESPONSES, record))
        except Refusal as refused:
            problems.append({"index": number, "errors": refused.answer.json["errors"]})
    return json_answer({"canned_responses": made} | ({"errors": problems} if problems else {}), 201)


def settings(visit: Visit) -> Answer:
    return json_answer(
        {
            "primary_language": "en",
            "supported_languages": [],
            "portal_languages": [],
            "help_widget_languages": [],
        }
    )


def account(visit: Visit) -> Answer:
    must_be_admin(visit)
    agents = visit.state.rows("agents", "deactivated = 0")
    occasional = sum(agent["occasional"] for agent in agents)
    owner = agents[0]["contact"]
    return json_answer(
        {
            "organisation_id": None,
            "organisation_name": None,
            "account_id": visit.account.ordinal + 1,
            "account_name": visit.account.name,
            "account_domain": f"{visit.account.name}.freshdesk.com",
            "bundle_id": None,
            "tier_type": visit.switches["plan"],
            "timezone": "UTC",
            "data_center": "US",
            "total_agents": {"full_time": len(agents) - occasional, "occasional": occasional},
            "contact_person": {"firstname": owner["name"], "lastname": "", "email": owner["email"]},
            "address": {},
        }
    )


ROUTES: dict[str, Handler] = {
    "GET /canned_response_folders/{id}/responses": folder_responses,
    "POST /canned_responses/bulk": bulk_responses,
    "GET /settings/helpdesk": settings,
    "GET /account": account,
}
