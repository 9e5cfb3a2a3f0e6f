"""Cases of rules: what they hold, what they catch, where a mistake in one is shown."""

from pathlib import Path

import pytest

from automations.case_files import AUTOMATION, TRIGGER, a_recipe, misses, run, run_one
from cstoolkit.automations.cases import account, rules_of, surroundings
from cstoolkit.automations.cases_play import OFFSETS, Playing
from cstoolkit.automations.loader import find_project, load_recipes
from cstoolkit.engines.neutral import NeutralEngine
from cstoolkit.errors import RecipeError

ROOT = Path(__file__).resolve().parents[2]

ROUTE = "event: created\nwhen: {subject: {word: outage}}\nthen: [{set: {group: Desk}}]"
CLOSE = "when: {status: solved, status_changed_at: {older_than: 48h}}\nthen: [{set: {status: closed}}]"


@pytest.mark.parametrize(
    ("keys", "case"),
    [
        (ROUTE, "given: {subject: Outage!}\nevent: created\nexpect: {fires: true, group: Desk}"),
        (ROUTE, "given: {subject: Lamp}\nevent: created\nexpect: {fires: false, group: null}"),
        (ROUTE, "given: {subject: Outage}\nevent: created\nexpect: {group: {in: [Desk, Other]}}"),
        (ROUTE, "given: {subject: Outage, group: Desk}\nevent: created\nexpect: {fires: true}"),
        (
            "event: created\nthen: [{tags: {add: [a, b], remove: [c]}}]",
            "given: {tags: [c, d]}\nevent: created\nexpect: {tags: {has: [a, b, d], has_none: [c]}}",
        ),
        (
            "event: requester_replied\nthen: [{set: {status: solved}}]",
            "given: {status: pending}\nevent: requester_replied\nexpect: {status: solved, reopens: 0}",
        ),
        (
            "event: commented\nwhen: {actor: system}\nthen: [{set: {type: task}}]",
            "event: {commented: {by: Importer, text: x}}\nexpect: {type: task}",
        ),
        (
            "event: created\nthen: [{notify: {to: requester_and_ccs, subject: s, text: t}}]",
            "event: created\nexpect: {messages: {requester: 1}}",
        ),
        (
            "event: created\nthen: [{notify: {to: assignee, subject: s, text: t}}]",
            "given: {assignee: kim}\nevent: created\nexpect: {messages: {kim: 1, lee: 0}}",
        ),
        (
            "event: created\nthen: [{reply: 'Hi {{ requester.first_name }}'}, {note: x}]",
            ("given: {requester.name: Ann Ode}\nevent: created\n"
            "expect: {replies_added: {is: Hi Ann}, notes_added: 1}"),
        ),
        (
            "event: updated\nthen: [{set: {status: Waiting on vendor}}]",
            "given: {status: open}\nevent: updated\nexpect: {status: hold}",
        ),
        (
            ("event: created\nwhen: {requester.domain: acme.example, organization.tags: {has: [vip]}}\n"
            "then: [{set: {custom.tier: gold}}]"),
            ("given: {requester.domain: acme.example, organization.tags: [vip]}\nevent: created\n"
            "expect: {custom.tier: gold}"),
        ),
        (
            "event: created\nthen: [{set: {due_at: 3d}}]",
            "event: created\nexpect: {due_at: +3d}",
        ),
        (
            ("event: created\nwhen: {description: {contains: smoke}, comment: {contains: smoke}}\n"
            "then: [{set: {type: incident}}]"),
            "event: {created: {text: Smoke!}}\nexpect: {type: incident, description: {contains: smoke}}",
        ),
        (
            "event: created\nthen: [{link: {problem: 7}}]",
            "event: created\nexpect: {problem: '7'}",
        ),
        (
            "event: created\nwhen: {hours: outside}\nthen: [{set: {type: task}}]",
            "now: 2026-12-25T12:00:00+01:00\nevent: created\nexpect: {type: task}",
        ),
        (
            "event: updated\nwhen: {priority: {changed_from: low}, sla_breached: true}\nthen: [{set: {type: task}}]",
            ("given: {priority: low, sla_breached: true}\nevent: {updated: {set: {priority: high}}}\n"
            "expect: {type: task, priority: high}"),
        ),
        (
            "event: created\nthen: [{follow: [kim]}, {cc: [a@b.example]}, {quiet: true}]",
            "event: created\nexpect: {fires: true}",
        ),
    ],
)  # fmt: skip
def test_a_case_passes(tmp_path, keys, case):
    assert misses(run_one(tmp_path, keys, case)) == []


@pytest.mark.parametrize(
    ("keys", "case", "expected"),
    [
        (ROUTE, "given: {subject: Lamp}\nevent: created\nexpect: {fires: true}", [("fires", True, False)]),
        (
            ROUTE,
            "given: {subject: Outage}\nevent: created\nexpect: {fires: false, group: Desk}",
            [("fires", False, True)],
        ),
        (
            ROUTE,
            "given: {subject: Outage}\nevent: created\nexpect: {group: Other}",
            [("group", "Other", "Desk")],
        ),
        # effects that nobody asked about
        (
            ROUTE,
            "given: {subject: Outage}\nevent: created\nexpect: {fires: true}",
            [("group", "not mentioned", "Desk")],
        ),
        (
            "event: created\nthen: [{tags: {add: [a, b], remove: [c]}}]",
            "given: {tags: [c]}\nevent: created\nexpect: {tags: {has: [a]}}",
            [("tags", "not mentioned", "+b"), ("tags", "not mentioned", "-c")],
        ),
        (
            "event: created\nthen: [{notify: {to: Leads, subject: s, text: t}}]",
            "event: created\nexpect: {messages: {requester: 0}}",
            [("messages", "not mentioned", {"Leads": 1})],
        ),
        (
            "event: created\nthen: [{note: x}]",
            "event: created\nexpect: {fires: true}",
            [("notes_added", "not mentioned", "x")],
        ),
        # counts and texts
        (
            "event: created\nthen: [{notify: {to: Leads, subject: s, text: t}}]",
            "event: created\nexpect: {messages: 2}",
            [("messages", 2, 1)],
        ),
        (
            "event: created\nthen: [{reply: Hello}]",
            "event: created\nexpect: {replies_added: {contains: Bye}}",
            [("replies_added", {"contains": "Bye"}, ["Hello"])],
        ),
        (
            "event: created\nthen: [{set: {due_at: 3d}}]",
            "event: created\nexpect: {due_at: +2d}",
            [("due_at", "+2d", "2026-03-05T10:00:00Z")],
        ),
        # a part that cannot be judged
        (
            "event: created\nthen: [{tags: {add: [a]}}]\nnative: {zendesk: {add_when: [{field: x}]}}",
            "event: created\nexpect: {fires: false}",
            [
                (
                    "opaque", "say `only:` with the engines that can judge the case",
                    "native.zendesk.add_when (add_when) cannot be judged: it is in the words of zendesk",
                )
            ],
        ),
    ],
)  # fmt: skip
def test_a_case_fails(tmp_path, keys, case, expected):
    result = run_one(tmp_path, keys, case)

    assert (result.outcome, misses(result)) == ("failed", expected)


def test_a_miss_names_its_line_and_the_condition_that_decided(tmp_path):
    result = run_one(tmp_path, ROUTE, "given: {subject: Lamp}\nevent: created\nexpect: {fires: true}")

    (failed,) = result.failed
    assert (result.at.line, failed.at.line) == (8, 11)
    assert failed.miss.why == "r did not run: when.subject: wanted word outage, saw Lamp"


def test_a_guard_is_no_effect(tmp_path):
    keys = "event: created\nonce: ticket\nthen: [{set: {type: task}}]"

    assert run_one(tmp_path, keys, "event: created\nexpect: {type: task}").outcome == "passed"


# Time: "a timed case must hold for whatever minute the vendor scans at: leave an hour of slack".
@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ("[{advance: 47h, expect: {status: solved}}, {advance: 2h, expect: {status: closed}}]", "passed"),
        ("[{advance: 48h, expect: {status: closed}}]", "failed"),  # a scan at the 59th minute comes later
        ("[{advance: 48h, expect: {status: solved}}]", "failed"),  # one at the full hour does not
        ("[{advance: 49h, expect: {status: closed}}]", "passed"),
        ("[{advance: 16h business, expect: {status: solved}}, {advance: 1h, expect: {status: solved}}]", "passed"),
    ],
)  # fmt: skip
def test_a_timed_case_holds_whatever_the_minute(tmp_path, steps, outcome):
    case = f"now: 2026-03-02T09:00:00Z\ngiven: {{status: solved}}\nsteps: {steps}"

    assert run_one(tmp_path, CLOSE, case, head=AUTOMATION).outcome == outcome


def test_scans_come_by_the_hour_over_all_steps(tmp_path):
    keys = "when: {created_at: {older_than: 0m}}\nthen: [{notify: {to: requester, subject: s, text: t}}]"
    case = "steps: [{advance: 90m}, {advance: 90m, expect: {messages: 3}}]"

    assert run_one(tmp_path, keys, case, head=AUTOMATION).outcome == "passed"


def test_a_timed_miss_says_at_which_minute_scans_came(tmp_path):
    case = "given: {status: solved}\nsteps: [{advance: 48h, expect: {status: closed}}]"

    (failed,) = run_one(tmp_path, CLOSE, case, head=AUTOMATION).failed

    assert failed.scanned_at.total_seconds() == 15 * 60


def test_an_automation_without_steps_is_scanned_once(tmp_path):
    case = "given: {status: solved, status_changed_at: -3d}\nexpect: {status: closed}"

    assert run_one(tmp_path, CLOSE, case, head=AUTOMATION).outcome == "passed"


def test_a_new_ticket_is_new_since_it_was_made(tmp_path):
    keys = "when: {status: new, status_changed_at: {older_than: 4h}}\nthen: [{set: {type: task}}]"

    case = "given: {status: new, created_at: -5h}\nexpect: {type: task}"

    assert run_one(tmp_path, keys, case, head=AUTOMATION).outcome == "passed"


def test_what_was_sent_is_counted_from_the_beginning(tmp_path):
    keys = "when: {status: pending, status_changed_at: {older_than: 2h}}\nonce: spell\nthen: [{notify: {to: requester, subject: s, text: t}}]"  # fmt: skip
    case = """
        given: {status: pending}
        steps:
          - {advance: 4h, expect: {messages: 1, fires: true}}
          - {event: requester_replied, expect: {status: open, messages: 1}}
          - {event: {updated: {by: kim, set: {status: pending}}}}
          - {advance: 4h, expect: {messages: {requester: 2}}}
    """

    assert run_one(tmp_path, keys, case, head=AUTOMATION).outcome == "passed"


# The whole rule set.
def test_another_rule_may_undo_what_a_case_expects(tmp_path):
    case = "given: {subject: Outage}\nevent: created\nexpect: {group: Desk}"
    other = TRIGGER.replace("id: r", "id: other") + "event: created\nthen: [{set: {group: Else}}]\n"

    (result,) = run(tmp_path, a_recipe(ROUTE, case), other).results

    (failed,) = result.failed
    assert (failed.mode, failed.miss.actual) == ("in the whole rule set", "Else")
    assert failed.miss.why == "r group = Desk, then other group Desk -> Else"


def test_effects_and_messages_of_other_rules_are_theirs(tmp_path):
    case = "given: {subject: Outage}\nevent: created\nexpect: {group: Desk, messages: 0, replies_added: 0}"
    other = (
        TRIGGER.replace("id: r", "id: other")
        + "event: created\nthen: [{set: {type: task}}, {reply: x}, {notify: {to: requester, subject: s, text: t}}]\n"
    )

    assert run(tmp_path, a_recipe(ROUTE, case), other).ok


def test_alone_leaves_the_others_out(tmp_path):
    case = "given: {subject: Outage}\nevent: created\nexpect: {group: Desk}"
    other = TRIGGER.replace("id: r", "id: other") + "event: created\nthen: [{set: {group: Else}}]\n"

    assert run(tmp_path, a_recipe(ROUTE, case), other, alone=True).ok


def test_an_inactive_rule_is_tested_by_itself(tmp_path):
    case = "given: {subject: Outage}\nevent: created\nexpect: {group: Desk}"
    other = TRIGGER.replace("id: r", "id: other") + "event: created\nthen: [{set: {group: Else}}]\n"

    assert run(tmp_path, a_recipe(f"active: false\n{ROUTE}", case), other).ok


# What is judged, and what is not.
def test_a_case_for_another_engine_is_not_judged_and_says_so(tmp_path):
    case = "only: zendesk\nevent: created\nexpect: {fires: true}"

    report = run(tmp_path, a_recipe(ROUTE, case))

    (result,) = report.results
    assert (result.outcome, report.ok) == ("not_judged", False)
    assert result.reason == "only zendesk can judge it"


def test_with_only_neutral_native_parts_do_not_count(tmp_path):
    keys = "event: created\nthen: [{tags: {add: [a]}}]\nnative: {zendesk: {add_when: [{field: x}]}}"
    case = "only: neutral\nevent: created\nexpect: {tags: {has: [a]}}"

    assert run_one(tmp_path, keys, case).outcome == "passed"


def test_zero_cases_are_a_failure(tmp_path):
    report = run(tmp_path, a_recipe(ROUTE))

    assert (report.results, report.ok, report.without_cases) == ((), False, ("r",))


def test_a_word_chooses_cases(tmp_path):
    case = "given: {subject: Lamp}\nevent: created\nexpect: {fires: false}"
    recipes = [a_recipe(ROUTE, case), a_recipe(ROUTE, case).replace("id: r", "id: billing")]

    assert [each.recipe for each in run(tmp_path, *recipes, word="BILL").results] == ["billing"]


# Wrong fixtures: a message with its place.
@pytest.mark.parametrize(
    ("case", "line", "message"),
    [
        ("given: {subject: x}\nexpect: {fires: false}", 8, "nothing happens in this test"),
        ("event: {updated: {by: assignee}}\nexpect: {fires: false}", 9, "this ticket has no assignee"),
        ("event: {agent_replied: {by: requester}}\nexpect: {fires: false}", 9, 'this is not "agent_replied"'),
        ("event: {requester_replied: {public: false}}\nexpect: {fires: false}", 9, 'this is not "requester_replied"'),
        ("event: {rated: {by: requester}}\nexpect: {fires: false}", 9, 'this is not "rated"'),
        ("event: {applied: {by: kim}}\nexpect: {fires: false}", 9, "only a macro is applied"),
        ("given: {status: Parked}\nevent: created\nexpect: {fires: false}", 9, 'the category of the status "Parked"'),
        ("given: {text: x}\nevent: created\nexpect: {fires: false}", 9, '"text" is subject, description and comments'),
        ("given: {sla_due_at: -1h, sla_breached: false}\nevent: created\nexpect: {fires: false}", 9, "a promise of this ticket"),
        ("steps: [{event: created}, {event: created, expect: {fires: false}}]", 9, "the ticket is there already"),
        ("given: {calendar: null}\nsteps: [{advance: 2h business, expect: {fires: false}}]", 10, "no calendar counts these"),
    ],
)  # fmt: skip
def test_a_wrong_fixture_is_a_problem_at_its_place(tmp_path, case, line, message):
    with pytest.raises(RecipeError) as raised:
        run_one(tmp_path, ROUTE, case)

    (problem,) = raised.value.problems
    assert problem.message.startswith(message)
    assert (problem.at.path.endswith("r0.yaml"), problem.at.line) == (True, line)
    assert problem.hint


def test_an_order_that_goes_round_is_a_problem(tmp_path):
    case = "event: created\nexpect: {fires: false}"
    recipes = [
        a_recipe(f"{ROUTE}\norder: {{after: two}}", case),
        a_recipe(f"{ROUTE}\norder: {{after: r}}").replace("id: r\n", "id: two\n"),
    ]

    with pytest.raises(RecipeError) as raised:
        run(tmp_path, *recipes)

    assert len(raised.value.problems) == 2


# Scans that can do nothing new are skipped where nobody asks for reasons.
@pytest.mark.parametrize(
    "recipe", ["remind/bump-bump-solve", "close/close-solved-after", "escalate/escalate-sla"]
)
def test_skipping_idle_scans_changes_nothing(recipe):
    project = find_project([ROOT / "recipes"])
    recipes = load_recipes([ROOT / "recipes"], project=project)
    playing = Playing(NeutralEngine(rules_of(recipes), account=account(project)), surroundings(project))
    path = str(ROOT / "recipes" / f"{recipe}.yaml")

    for case in (case for each in recipes if each.path == path for case in each.tests):
        for offset in OFFSETS:
            full, short = (playing.play(case, offset, detail=detail) for detail in ("full", "fired"))

            assert len(short.runs) <= len(full.runs)
            assert [done(moment) for moment in short.moments] == [done(moment) for moment in full.moments]


def done(moment):
    return moment.ticket, moment.now, [step for step in moment.steps if step.outcome == "fired"]
