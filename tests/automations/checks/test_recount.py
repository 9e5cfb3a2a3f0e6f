"""Every check against a recount that shares nothing with it, on generated helpdesks and at several instants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from audit_stores import NOW, audit, found, make_store
from cstoolkit.automations.checks import CHECKS
from cstoolkit.demo.helpdesk import DemoHelpdesk, TicketFile, make_helpdesk
from cstoolkit.model.clock import Schedule
from cstoolkit.store.database import Store
from recount import Desk, Past, recount

# (seed, tickets, days): dense and thin helpdesks.
HELPDESKS = [(1, 600, 365), (2, 600, 30), (7, 1_200, 365)]
OTHER_LIMITS: Mapping[str, Mapping[str, Any]] = {
    "BA001": {"limit": {"urgent": 2, "low": 200}},
    "BA005": {"limit": 1},
    "BA006": {"share": 0.9, "least": 3},
    "BA007": {"limit": {"urgent": 1, "high": 100}},
    "BA008": {"limit": 60},
    "BA009": {"messages": 2},
    "BA011": {"limit": {"urgent": 1, "normal": 30}},
    "BA014": {"days": {"urgent": 1, "high": 20}},
    "BA016": {"fields": ["hold_reason"]},
    "BA017": {"days": 2},
    "BA018": {"days": 1},
    "BA020": {"reopens": 1},
    "BA021": {"changes": 1, "returns": 1},
    "BA022": {"owners": 2},
    "BA023": {"days": 3},
    "BA024": {"days": 1},
    "BA027": {"limit": 20},
    "BA028": {"limit": 1, "words": ["the", "not", "log"]},
    "BA029": {"within": 2_000, "similarity": 0.6},
    "BA030": {"tickets": 2, "within": 400},
    "BA031": {"age": 48, "days": 90, "fields": ["contact_reason", "product_area"]},
    "BA033": {"days": 400},
    "BA034": {"days": 400},
    "BA036": {"days": 1},
    "BA037": {"limit": 2, "days": 400},
    "BA041": {"days": 400, "words": ["team", "looking"]},
    "BA044": {"age": 1},
    "BA049": {"days": 400},
}
SPANS = {"limit", "within", "age", "least"}


@dataclass
class Made:
    helpdesk: DemoHelpdesk
    files: list[TicketFile]
    store: Store

    def pasts(self, now: datetime) -> list[Past]:
        schedules = {
            name: Schedule.model_validate({"name": name, **definition})
            for name, definition in self.helpdesk.schedules.items()
        }
        desk = Desk(
            people={person.id: person for person in self.helpdesk.people},
            groups=self.helpdesk.groups,
            memberships=self.helpdesk.memberships,
            schedules=schedules,
            default=None,
            organizations=self.helpdesk.organizations,
            required=[field.name for field in self.helpdesk.fields if field.required_to_solve],
        )
        return [
            Past(
                desk,
                file.ticket,
                sorted(
                    (event for event in file.events if event.occurred_at <= now),
                    key=lambda event: (event.occurred_at, event.seq),
                ),
                [comment for comment in file.comments if comment.created_at <= now],
                now,
            )
            for file in self.files
            if file.ticket.created_at <= now
        ]


@pytest.fixture(scope="module", params=HELPDESKS, ids=lambda made: f"seed{made[0]}-{made[1]}x{made[2]}d")
def made(request, tmp_path_factory):
    seed, tickets, days = request.param
    helpdesk = make_helpdesk(tickets=tickets, seed=seed, as_of=NOW, days=days)
    files = list(helpdesk.ticket_files())
    with make_store(tmp_path_factory.mktemp("demo"), helpdesk, files) as store:
        yield Made(helpdesk, files, store)


def as_written(params: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The same parameters in a recipe's words."""

    def written(name: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: written(name, each) for key, each in value.items()}
        return f"{value}h" if name in SPANS else value

    return {
        check: {name: written(name, value) for name, value in settings.items()}
        for check, settings in params.items()
    }


@pytest.mark.parametrize("back", [timedelta(), timedelta(days=9, hours=7), timedelta(days=40)])
@pytest.mark.parametrize("params", [{}, OTHER_LIMITS], ids=["defaults", "other limits"])
def test_each_check_finds_what_the_recount_finds(made, params, back):
    now = NOW - back
    expected = recount(made.pasts(now), params)

    report = audit(made.store, now=now, checks={"params": as_written(params)})

    assert {check: found(report, check) for check in CHECKS} == expected


def test_between_them_the_helpdesks_set_off_nearly_every_check(made):
    """A recount of nothing proves nothing."""
    counts = recount(made.pasts(NOW), OTHER_LIMITS)

    silent = {check for check, ids in counts.items() if not ids}

    by_hand = {
        "BA002", "BA006", "BA009", "BA015", "BA018", "BA034", "BA036", "BA044", "BA046", "BA048", "BA049",
    }  # fmt: skip
    assert silent <= by_hand  # hand-made tickets set these off


UNSOLVED = ("new", "open", "pending", "hold")


def test_what_was_planted_is_found_and_its_look_alikes_are_not(made):
    planted = made.helpdesk.gather(mark for file in made.files for mark in file.marks)
    params = {"BA031": {"days": 36_525}, "BA033": {"days": 36_525}}

    report = audit(made.store, checks={"params": params})

    exact = {
        "no_group": "BA002", "forgotten_group": "BA003", "agent_gone": "BA004", "hold_without_reason": "BA016",
        "reopened_often": "BA020", "ping_pong": "BA021", "many_owners": "BA022", "aged": "BA023",
        "dead_thread": "BA024", "problem_solved": "BA018",
    }  # fmt: skip
    for kind, check in exact.items():
        assert found(report, check) == set(planted.ids(kind, *UNSOLVED)), kind
    for kind, check in {"field_missing": "BA031", "solved_unread": "BA033", "card_number": "BA039"}.items():
        assert found(report, check) == set(planted.ids(kind)), kind
    some = {
        "unassigned": "BA001", "iban": "BA040", "no_first_reply": "BA007", "customer_waiting": "BA008", "stale_pending": "BA014",
    }  # fmt: skip
    for kind, check in some.items():
        assert found(report, check) >= set(planted.ids(kind)), kind
    innocent = {
        "reminded": "BA014", "hold_with_reason": "BA016", "rule_ping_pong": "BA021", "second_question": "BA029",
        "solved_by_rule": "BA033",
    }  # fmt: skip
    for kind, check in innocent.items():
        assert not found(report, check) & set(planted.ids(kind)), kind
    look_alikes = set(planted.ids("card_look_alike")) - set(planted.ids("card_number"))
    assert not found(report, "BA039") & look_alikes


def test_of_a_planted_pair_the_later_ticket_is_the_duplicate(made):
    planted = made.helpdesk.gather(mark for file in made.files for mark in file.marks)
    created = {file.ticket.id: (file.ticket.created_at, file.ticket.id) for file in made.files}
    later = {
        case.id
        for case in planted.cases["duplicate"]
        if case.fact in created and created[case.fact] < created[case.id]
    }

    report = audit(made.store)

    assert found(report, "BA029") >= {
        ticket_id for ticket_id in later if ticket_id in set(planted.ids("duplicate", *UNSOLVED))
    }
