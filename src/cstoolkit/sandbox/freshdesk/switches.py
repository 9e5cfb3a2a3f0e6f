"""What the vendor's documents leave open (UNVERIFIED or CONFLICT in the fact sheet), each with our default."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...engines.freshdesk.switches import SWITCHES as ENGINE_SWITCHES
from ..switches import Switch

ON_OFF = ("on", "off")


@dataclass(frozen=True)
class Plan:
    """`caps` are calls a minute to create, update and list tickets, and to list contacts; empty: no caps."""

    calls: int
    seconds: int = 60
    caps: tuple[int | None, ...] = (None, None, None, None)


PLANS: Mapping[str, Plan] = {
    "free": Plan(0),
    "trial": Plan(50),
    "growth": Plan(200, 60, (80, 80, 20, 20)),
    "pro": Plan(400, 60, (160, 160, 100, 100)),
    "enterprise": Plan(700, 60, (280, 280, 200, 200)),
    "hourly_3000": Plan(3000, 3600),
    "hourly_5000": Plan(5000, 3600),
}

OWN_SWITCHES = (
    Switch("rate_limits", "on", "Limits are enforced; `off` is for benchmarks.", ON_OFF, "5"),
    Switch("plan", "enterprise", "Which plan's limits hold; the hourly ones are of older accounts (CONFLICT).", tuple(PLANS), "5"),
    Switch("rate_header_form", "integer", "Rate headers as `100` or as `100.0`; a public fixture has the latter.", ("integer", "decimal"), "1"),
    Switch("rate_limit_text", "hour", "Last word of the 429's message.", ("hour", "minute"), "9"),
    Switch("view_include_credits", "2", "Credits that an include costs on a single ticket; the documents price that of the list only.", (), "5"),
    Switch("ssl_required", "off", "Plain HTTP is refused with `ssl_required`, as by the vendor; off, or no plain port would be of use.", ON_OFF, "1"),
    Switch("password_auth", "on", "E-mail and password are accepted beside the key.", ON_OFF, "1"),
    Switch("action_status", "204", "Status of restore, watch and merge.", ("204", "200"), "2"),
    Switch("bulk_status", "202", "Status of calls that start a job.", ("202", "200"), "2"),
    Switch("ticket_mandatory", "all", "A new ticket needs subject, description, status and priority; or only a requester.", ("all", "requester"), "3.1"),
    Switch("required_for_agents", "on", "Fields that agents must fill are asked for at creation.", ON_OFF, "3.1"),
    Switch("required_for_closure", "both", "Fields that are required to close are asked for at status 4 and 5, at 5, or never.", ("both", "closed", "off"), "10.14"),
    Switch("cc_emails_on_update", "refuse", "`cc_emails` in an update of a ticket.", ("refuse", "replace"), "3.1"),
    Switch("tags_on_update", "replace", "`tags` in an update, single or bulk, replace the list or are added to it.", ("replace", "add"), "10.13"),
    Switch("noop_touches", "off", "An update that changes nothing moves `updated_at`.", ON_OFF, "3.1"),
    Switch("deleted_key", "when_true", "Tickets have the key `deleted` only when it is true.", ("when_true", "always"), "3.1"),
    Switch("list_descriptions", "off", "Lists have the description pair without being asked (accounts older than 2018-11-30).", ON_OFF, "3.1"),
    Switch("archived_status", "404", "Status of reading or changing an archived ticket by the plain path.", ("404", "403", "405"), "10.16"),
    Switch("archive_days", "120", "Days that a closed ticket lies untouched before it is archived.", (), "3.1"),
    Switch("search_lag", "60", "Seconds until search shows a change; the vendor says minutes.", (), "4"),
    Switch("plain_choices", "lists", "`choices` of priority and source in the plain list of fields.", ("lists", "maps"), "3.4"),
    Switch("choice_job_seconds", "5", "Seconds that a write of more than a hundred choices is in progress.", (), "3.4"),
    Switch("link_headers", "all", "Lists that have `Link`; some of the vendor's are known to omit it.", ("all", "tickets_and_contacts"), "4"),
    Switch("list_filters", "on", "Ratings and time entries can be filtered; `off` refuses the arguments.", ON_OFF, "3.5"),
    Switch("person_field_names", "plain", "Names of custom fields of contacts and companies: the label as a word, or that with `cf_`.", ("plain", "cf"), "3.4"),
    Switch("auto_assign_form", "number", "`auto_ticket_assign` of a group as a number or as a boolean.", ("number", "boolean"), "10.9"),
    Switch("rule_type_id", "on", "Rules read back with `automation_type_id`.", ON_OFF, "7"),
    Switch("duplicate_tells_id", "on", "The 409 for a contact's address names the contact in `additional_info`.", ON_OFF, "9"),
    Switch("bulk_verbs", "both", "Verb of the bulk endpoints (CONFLICT).", ("both", "post", "put"), "6"),
    Switch("bulk_most_ids", "30", "Tickets in one bulk call; the vendor's number is not known, the UI works on 30.", (), "6"),
    Switch("job_seconds", "2", "Seconds until a job is done, unless it is asked for earlier.", (), "6"),
    Switch("job_spelling", "new", "`in_progress` and `completed`, or the older `IN PROGRESS`.", ("new", "old"), "6"),
    Switch("job_failures", "hidden", "Whether a job's body tells which tickets failed.", ("hidden", "listed"), "6"),
    Switch("rule_list", "bare", "The list of rules: a bare array (seen live), or in `rules` (the reference).", ("bare", "envelope"), "2"),
    Switch("rule_operator", "upper", "How the operator between two condition sets reads back.", ("upper", "lower"), "7"),
    Switch("duplicate_rule_names", "accept", "Two rules of a type with one name.", ("accept", "refuse"), "7"),
    Switch("hourly_second_set", "accept", "A second condition set in rules of type 3.", ("accept", "refuse"), "7"),
    Switch("unknown_rule_fields", "accept", "Fields of conditions and actions that no source names: kept as sent, or refused.", ("accept", "refuse"), "7.1"),
)  # fmt: skip

# What rules do is the engine's to say; the account and its engine always agree.
SWITCHES = (
    *OWN_SWITCHES,
    *(
        Switch(switch.name, switch.default, switch.about, switch.values, switch.source)
        for switch in ENGINE_SWITCHES
    ),
)
