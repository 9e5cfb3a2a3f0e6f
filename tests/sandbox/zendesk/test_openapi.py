"""Every answer of an implemented route against the vendor's own description.

The description is wrong, or stricter than the vendor, in places. Each is named here with its reason, and a
deviation that no longer happens fails as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from jsonschema import ValidationError

from cstoolkit.sandbox import Sandbox
from sandbox.calls import zendesk
from sandbox.zendesk.openapi import Description, find_description
from sandbox.zendesk.walk import Step, missing, walk

# The description marks few properties as nullable; recorded replies have null in every empty scalar
# (fact sheet 2, "Conventions"). Only these may be null against it.
NULLS = frozenset(
    [
        "after_cursor",
        "after_url",
        "agent_description",
        "alias",
        "assigned_at",
        "assignee_id",
        "assignee_updated_at",
        "before_cursor",
        "before_url",
        "business",
        "calendar",
        "custom_field_options",
        "default_group_id",
        "description",
        "details",
        "due_at",
        "followup_source_id",
        "priority",
        "type",
        "email",
        "organization_id",
        "forum_topic_id",
        "host_mapping",
        "id",
        "initially_assigned_at",
        "last_login_at",
        "logo",
        "notes",
        "reason",
        "recipient",
        "restriction",
        "signature",
        "solved_at",
        "tag",
        "height",
        "width",
    ]
)
# Where -> why. `#` is any index.
DEVIATIONS = {
    "ticket_metric": "described as an array, the description's own example is an object",
    "satisfaction_rating": "described as an array, the description's own example is an object",
    "macros/#/actions/#/value": "described as text; recorded macros hold [channel, text] (fact sheet 6.4)",
}
UNDESCRIBED = {
    "/api/v2/business_hours/schedules": "recorded by others, not in the description (fact sheet 2.9)",
    "/api/v2/business_hours/schedules/{id}": "as above",
    "/api/v2/business_hours/schedules/{id}/holidays": "as above",
    "/api/v2/business_hours/schedules/{id}/workweek": "as above",
    "/api/v2/webhooks": "an API of its own, described elsewhere (fact sheet 6.5)",
    "/api/v2/webhooks/{id}": "as above",
}


@dataclass(frozen=True)
class Deviation:
    target: str
    where: str
    message: str
    null: bool


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox({"acme": "zendesk"}, switches={"acme": {"rate_limits": "off"}}) as running:
        yield running


@pytest.fixture(scope="module")
def steps(sandbox: Sandbox) -> list[Step]:
    return walk(sandbox, zendesk(sandbox.address()))


@pytest.fixture(scope="module")
def description() -> Description:
    return Description(find_description())


@pytest.fixture(scope="module")
def deviations(description: Description, steps: list[Step]) -> list[Deviation]:
    return [deviation for step in steps for deviation in _deviations(description, step)]


def _deviations(description: Description, step: Step) -> Iterator[Deviation]:
    method, _, pattern = step.target.partition(" ")
    schema = description.schema_of(method, pattern, step.reply.status)
    if schema is None or not step.reply.body:
        return
    for error in description.errors(schema, step.reply.json):
        for cause in _causes(error):
            where = "/".join("#" if isinstance(part, int) else str(part) for part in cause.absolute_path)
            null = cause.instance is None and cause.validator == "type"
            yield Deviation(step.target, where, cause.message[:200], null)


def _causes(error: ValidationError) -> list[ValidationError]:
    """Of alternatives the first: users are described twice, and ours are those that administrators see."""
    if error.validator not in {"anyOf", "oneOf"} or not error.context:
        return [error]
    return [part for part in error.context if part.schema_path[0] == 0]


def test_every_implemented_route_is_walked(sandbox: Sandbox, steps: list[Step]):
    assert sorted(missing(sandbox, steps)) == []


def test_every_answer_is_as_the_vendor_describes(deviations: list[Deviation]):
    unexplained = {
        (deviation.target, deviation.where, deviation.message)
        for deviation in deviations
        if deviation.where not in DEVIATIONS
        and not (deviation.null and deviation.where.rpartition("/")[2] in NULLS)
    }

    assert unexplained == set()


def test_no_deviation_is_explained_for_nothing(deviations: list[Deviation]):
    nulls = {deviation.where.rpartition("/")[2] for deviation in deviations if deviation.null}

    assert sorted(NULLS - nulls) == []
    assert set(DEVIATIONS) - {deviation.where for deviation in deviations} == set()


def test_statuses_of_success_are_the_described_ones(description: Description, steps: list[Step]):
    wrong = set()
    for step in steps:
        method, _, pattern = step.target.partition(" ")
        described = description.statuses(method, pattern)
        if described and str(step.reply.status) not in described:
            wrong.add((step.target, step.reply.status, tuple(described)))

    assert wrong == set()


def test_how_much_of_the_description_is_implemented(
    description: Description, sandbox: Sandbox, record_property, capsys
):
    patterns = {route.partition(" ")[2] for route in sandbox.account().vendor.routes()}
    undescribed = {pattern for pattern in patterns if description.path_of(pattern) is None}
    implemented = len(patterns - undescribed)

    record_property("implemented_paths", implemented)
    with capsys.disabled():
        print(f" [{implemented} of the {len(description.paths)} described paths are implemented] ", end="")
    assert undescribed == set(UNDESCRIBED)
    assert implemented >= 255
