"""The helpdesk as a whole: the same every time, of any size, and like a real one."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cstoolkit.demo import make_helpdesk
from cstoolkit.demo.lives import LIVES
from cstoolkit.model.clock import Schedule

AS_OF = datetime(2026, 3, 31, 12, tzinfo=UTC)

# Made once on Python 3.11. A change here is a change of everybody's demo: say so in the changelog.
DIGEST = "9f7de9c3b09a4393"

PROGRAM = """
import sys
sys.path[:0] = sys.argv[1:]
from test_helpdesk import digest_of_a_helpdesk
print(digest_of_a_helpdesk())
"""


def digest_of_a_helpdesk():
    demo = make_helpdesk(tickets=150, seed=42, as_of=AS_OF)
    lines = [person.model_dump_json(exclude={"tags"}) for person in demo.people]
    lines += [membership.model_dump_json() for membership in demo.memberships]
    lines.append(json.dumps(demo.schedules))
    for file in demo.ticket_files():
        lines.append(file.ticket.model_dump_json(exclude={"tags", "organization"}))
        lines += [thing.model_dump_json() for thing in (*file.events, *file.comments)]
        lines.append(repr(file.marks))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def test_a_helpdesk_is_the_same_on_every_machine():
    assert digest_of_a_helpdesk() == DIGEST


def test_a_helpdesk_does_not_depend_on_the_order_of_sets():
    here = Path(__file__).resolve()
    paths = [str(here.parent), str(here.parents[2] / "src")]

    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, *paths],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert digests == {DIGEST}


def test_two_passes_give_the_same_files(demo, files):
    assert list(islice(demo.ticket_files(), 300)) == files[:300]


def test_another_seed_gives_another_helpdesk(files):
    other = make_helpdesk(tickets=3_000, seed=8, as_of=AS_OF)

    assert [file.ticket.subject for file in islice(other.ticket_files(), 50)] != [
        file.ticket.subject for file in files[:50]
    ]


def test_a_million_tickets_begin_at_once():
    demo = make_helpdesk(tickets=1_000_000, seed=1, as_of=AS_OF)

    first = list(islice(demo.ticket_files(), 3))

    assert [file.ticket.id for file in first] == ["1", "2", "3"]
    assert len(demo.people) < 100_000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"tickets": 0}, "at least 1 ticket"),
        ({"tickets": 5, "days": 0}, "at least 1 ticket and 1 day"),
        ({"tickets": 5, "as_of": datetime(2026, 1, 1)}, "no time zone"),  # noqa: DTZ001 - the mistake itself
    ],
)
def test_impossible_helpdesks_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        make_helpdesk(**({"seed": 1, "as_of": AS_OF} | arguments))


def test_as_of_may_be_in_any_zone_and_loses_its_fraction():
    local = datetime(2026, 3, 31, 14, 0, 0, 999, tzinfo=ZoneInfo("Europe/Berlin"))

    assert make_helpdesk(tickets=1, seed=1, as_of=local).as_of == AS_OF


def unsolved_at(files, now):
    """Replayed from the events, so that the past can be asked for."""
    count = 0
    for file in files:
        status = gone = None
        for event in file.events:
            if event.occurred_at > now:
                break
            if event.kind in {"created", "status"}:
                status = event.after
            elif event.kind in {"deleted", "merged", "restored"}:
                gone = event.kind if event.kind != "restored" else None
        count += gone is None and status in {"new", "open", "pending", "hold"}
    return count


def test_backlog_is_that_of_a_team_in_some_trouble(demo, files):
    unsolved = [file.ticket for file in files if file.ticket.is_unsolved]
    ages = sorted(demo.as_of - ticket.created_at for ticket in unsolved)
    missed = [ticket for ticket in unsolved if any(target.breached_at for target in ticket.sla)]

    assert 0.06 <= len(unsolved) / len(files) <= 0.10
    assert ages[len(ages) // 2] < timedelta(days=7)
    assert 0.05 < sum(age > timedelta(days=30) for age in ages) / len(ages) < 0.2
    assert 0.12 <= len(missed) / len(unsolved) <= 0.28
    assert {ticket.status.category.value for ticket in unsolved} == {"new", "open", "pending", "hold"}


def test_most_first_replies_come_in_time(files):
    targets = [target for file in files for target in file.ticket.sla if target.metric == "first_reply"]
    decided = [target for target in targets if target.fulfilled_at or target.breached_at]

    assert 0.85 <= sum(target.breached_at is None for target in decided) / len(decided) <= 0.92


def test_backlog_grows_a_little_over_two_months_and_shrinks_in_between(demo, files):
    weeks = [unsolved_at(files, demo.as_of - timedelta(days=days)) for days in range(63, -1, -7)]

    assert 1.0 < weeks[-1] / weeks[0] < 1.5
    assert any(after < before for before, after in pairwise(weeks))


def test_backlog_goes_with_the_tickets_of_a_day_and_not_with_all_tickets():
    """The same rate for four and for eight months: the backlog is that of the rate."""
    short, long = (
        make_helpdesk(tickets=tickets, seed=5, as_of=AS_OF, days=days)
        for tickets, days in ((1_500, 120), (3_000, 240))
    )

    counts = [sum(file.ticket.is_unsolved for file in made.ticket_files()) for made in (short, long)]

    assert 0.8 < counts[1] / counts[0] < 1.25


@pytest.mark.parametrize("seed", [1, 7, 23])
def test_a_small_helpdesk_has_the_important_kinds(seed):
    small = make_helpdesk(tickets=250, seed=seed, as_of=AS_OF).planted()

    kinds = {
        "unassigned", "no_group", "forgotten_group", "agent_gone", "no_first_reply", "customer_waiting",
        "stale_pending", "hold_without_reason", "reopened_often", "ping_pong", "many_owners", "aged",
        "dead_thread", "duplicate", "card_number",
    }  # fmt: skip
    assert {kind for kind in kinds if not small.ids(kind, "new", "open", "pending", "hold")} == set()


def test_the_deck_holds_a_thousand_lives_that_can_be_told(demo):
    plan = demo.world.plan

    assert len(plan.deck) == 1_000
    assert {*plan.deck, *plan.always.values()} <= LIVES.keys()
    for step, _ in plan.turns:
        assert sorted(place * step % 1_000 for place in range(1_000)) == list(range(1_000))


def test_mondays_are_busy_and_weekends_quiet(files):
    zone = ZoneInfo("Europe/Berlin")
    days = Counter(file.ticket.created_at.astimezone(zone).weekday() for file in files)

    assert max(days, key=days.__getitem__) in {0, 3}  # Thursday has the outage
    assert days[5] + days[6] < days[1] / 1.5


def test_the_outage_is_the_busiest_hour(demo, files):
    hours = Counter(file.ticket.created_at.replace(minute=0, second=0) for file in files)
    (busiest, _), *_ = hours.most_common(1)

    assert abs(busiest.timestamp() - demo.world.arrivals.outage_at) <= 4 * 3_600


def test_languages_channels_and_priorities_are_mixed(files):
    count = len(files)
    languages = Counter(file.ticket.language for file in files)
    channels = Counter(file.ticket.channel for file in files)
    levels = Counter(file.ticket.priority and file.ticket.priority.level.value for file in files)

    assert 0.08 <= languages["de"] / count <= 0.16
    assert languages.keys() == {"en", "de", "fr", "es", "ja"}
    assert channels.most_common(1)[0][0] == "email"
    assert channels.keys() == {"email", "web", "chat", "phone", "api"}
    assert levels["normal"] > levels["high"] > levels["urgent"] > 0
    assert levels[None] > 0


def test_the_other_sink_is_used(demo, files):
    options = {field.name: field.options for field in demo.fields}
    reasons = Counter(file.ticket.custom.get("contact_reason") for file in files)

    assert "other" in options["contact_reason"]
    assert reasons["other"] / len(files) > 0.15
    for file in files:
        for name, value in file.ticket.custom.items():
            assert not options[name] or value in options[name]


def test_every_name_is_reserved_for_examples(demo):
    for person in demo.people:
        assert person.domain.endswith(("example.com", "example.org", "example.net"))
    for organization in demo.organizations:
        assert all(domain.endswith(".example.com") for domain in organization.domains)
    assert len({o.id for o in demo.organizations}) == len({o.name for o in demo.organizations})


def test_schedules_are_plain_data_that_the_clock_reads(demo):
    read = [Schedule(name=name, **json.loads(json.dumps(plain))) for name, plain in demo.schedules.items()]

    assert {schedule.zone for schedule in read} == {"Europe/Berlin", "America/New_York", "Asia/Tokyo"}


def test_every_group_has_agents_in_every_region_and_agents_are_30_to_60(demo):
    large = make_helpdesk(tickets=900_000, seed=1, as_of=AS_OF)
    for helpdesk in (demo, large):
        roster = helpdesk.world.roster
        assert all(roster.seats.values())
        names = [agent.person.name for agent in (*roster.agents, *roster.gone)]
        assert 30 <= len(names) <= 60
        assert len(set(names)) == len(names)
