"""What the vendor's documents leave open (UNVERIFIED or CONFLICT in the fact sheet), each with our default."""

from ...engines.zendesk.switches import SWITCHES as ENGINE_SWITCHES
from ..switches import Switch

ON_OFF = ("on", "off")
PLANS = {
    "essential": 10,
    "team": 200,
    "growth": 400,
    "professional": 400,
    "enterprise": 700,
    "enterprise_plus": 2500,
    "high_volume": 2500,
}
"""Calls a minute, for the whole account."""

OWN_SWITCHES = (
    Switch("rate_limits", "on", "Limits are enforced; `off` is for benchmarks.", ON_OFF, "4.1"),
    Switch("plan", "enterprise", "Which plan's limits hold.", tuple(PLANS), "4.1"),
    Switch("search_limit", "100", "Calls of `/search` a minute; the vendor has a limit and names no number.", (), "4.2"),
    Switch("rate_limit_body", "text", "Body of a 429.", ("text", "json", "json_api", "edge"), "4.3"),
    Switch("too_many_jobs_code", "TooManyJobs", "`error` of the 429 past 30 jobs.", ("TooManyJobs", "JobLimitExceeded"), "4.3"),
    Switch("search_lag", "10", "Seconds until search shows a change.", (), "3.4"),
    Switch("search_past_1000", "invalid", "`error` of the 422 past the thousandth result.", ("invalid", "insufficient_resource"), "3.4"),
    Switch("export_type_in_query", "ignore", "`type:` inside the query of search/export: an error by the specification, tolerated in the wild.", ("ignore", "error"), "3.4"),
    Switch("export_page", "1000", "Largest page of the ticket exports.", (), "3.5"),
    Switch("export_exclude_deleted", "on", "`exclude_deleted` works on ticket exports.", ON_OFF, "3.5"),
    Switch("export_stalls", "off", "The time-based export stands still where more tickets than a page share a second.", ON_OFF, "3.5"),
    Switch("job_seconds", "2", "Seconds until a bulk job is done, unless it is asked for earlier.", (), "5"),
    Switch("job_lives", "86400", "Seconds that a job's results can be read.", (), "5"),
    Switch("idempotency_lives", "7200", "Seconds that an Idempotency-Key is remembered.", (), "4.5"),
    Switch("idempotency_mismatch", "400", "Status when a key comes with another body.", ("400", "422"), "4.5"),
    Switch("description_on_update", "ignore", "What becomes of `description` in an update.", ("ignore", "refuse"), "2.1"),
    Switch("closed_ticket_tags", "refuse", "Tags of a closed ticket by the tags endpoints.", ("refuse", "allow"), "T6"),
    Switch("metadata_past_limit", "refuse", "Custom metadata of more than a kilobyte: the document has the limit and no error.", ("refuse", "keep"), "2.1"),
    Switch("comment_author_acts", "on", "The author whom a call names for its comment acts in the update: in its audit, for rules, for what reopens.", ON_OFF, "7"),
    Switch("imports_run_triggers", "off", "Imported tickets run the triggers.", ON_OFF, "5"),
    Switch("count_many_minutes", "1", "Six `views/count_many` in so many minutes (the descriptions of 2025 and 2026 differ).", ("1", "5"), "4.2"),
    Switch("password_auth", "off", "E-mail and password are accepted.", ON_OFF, "1"),
    Switch("oauth_lifetime", "0", "Seconds that an OAuth token is good; 0 is for ever.", (), "1"),
    Switch("attachment_limit", "50000000", "Largest upload, in bytes; more is a 413.", (), "2.3"),
    Switch("upload_lives", "259200", "Seconds that an upload's token is good: the document says an hour, recorded replies three days.", (), "2.3"),
    Switch("unknown_upload", "ignore", "A token that nobody has, or that was used or ran out.", ("ignore", "refuse"), "2.3"),
    Switch("private_attachments", "off", "Files are fetched by who is signed in only; others end up at a page to sign in.", ON_OFF, "2.3"),
    Switch("archive_days", "120", "Days after which a closed ticket is archived.", (), "3.5"),
)  # fmt: skip

# What rules and tickets do is the engine's to say; the account and its engine always agree.
SWITCHES = (
    *OWN_SWITCHES,
    *(
        Switch(switch.name, switch.default, switch.about, switch.values, switch.source)
        for switch in ENGINE_SWITCHES
    ),
)
