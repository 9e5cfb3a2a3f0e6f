from datetime import timedelta
from itertools import pairwise

import pytest

from cstoolkit.model.conversation import conversation
from cstoolkit.model.folds import hand_offs, reopenings, resolution
from cstoolkit.model.ticket import Comment
from cstoolkit.model.tracks import state_at
from histories import MONDAY, an_event, log

HOUR = timedelta(hours=1)
LONG_AFTER = MONDAY + timedelta(days=400)


def said(role: str, *, hours: int = 0, public: bool = True, automatic: bool | None = None) -> Comment:
    at = MONDAY + hours * HOUR
    return Comment(id=f"{role}{hours}", ticket_id="t0", created_at=at, author_role=role, public=public,
                   automatic=automatic, text="words")  # fmt: skip


class TestStateAtAnInstant:
    def test_the_last_event_up_to_the_instant_holds(self):
        events = log(("created", None, "new"), ("status", "new", "open"), ("status", "open", "solved"))

        assert state_at(events, MONDAY + HOUR)["status"] == "open"
        assert state_at(events, MONDAY + 2 * HOUR - timedelta(microseconds=1))["status"] == "open"
        assert state_at(events, MONDAY + 2 * HOUR)["status"] == "solved"

    def test_changes_of_one_second_are_taken_by_sequence_not_by_their_order_in_the_list(self):
        events = [
            an_event("status", before="open", after="solved", seq=3),
            an_event("created", after="new", seq=1),
            an_event("status", before="new", after="open", seq=2),
        ]

        assert state_at(events, MONDAY) == {"status": "solved"}

    def test_before_the_first_change_holds_what_that_change_says_was_there(self):
        events = log(("created", None, "open"), ("assignee", "ann", "bob"))

        assert state_at(events, MONDAY)["assignee"] == "ann"

    def test_tracks_without_events_are_left_out(self):
        assert state_at(log(("created", None, "open")), MONDAY) == {"status": "open"}

    @pytest.mark.parametrize(
        ("changes", "gone"),
        [
            ([("deleted", None, "spam")], "spam"),
            ([("deleted", None, None)], "deleted"),
            ([("merged", None, "t7")], "merged"),
            ([("deleted", None, "deleted"), ("restored", None, None)], None),
        ],
    )
    def test_a_ticket_is_gone_until_it_is_restored(self, changes, gone):
        events = log(("created", None, "open"), *changes)

        assert state_at(events, LONG_AFTER)["gone"] == gone

    def test_a_ticket_merged_into_an_older_one_was_there_before(self):
        events = log(("created", None, "open"), ("merged", None, "0001"))

        assert state_at(events, MONDAY)["gone"] is None


class TestResolution:
    def test_solved_then_closed_is_one_resolution_at_the_solving(self):
        events = log(("created", None, "open"), ("status", "open", "solved"), ("status", "solved", "closed"))

        found = resolution(events, LONG_AFTER)

        assert (found.solved_at, found.first_solved_at) == (MONDAY + HOUR, MONDAY + HOUR)
        assert found.status_changed_at == MONDAY + 2 * HOUR

    def test_a_ticket_closed_on_creation_is_solved_at_its_birth(self):
        assert resolution(log(("created", None, "closed")), LONG_AFTER).solved_at == MONDAY

    def test_reopened_from_closed_is_a_reopening(self):
        events = log(("created", None, "open"), ("status", "open", "closed"), ("status", "closed", "open"))

        found = resolution(events, LONG_AFTER)

        assert (found.reopens, found.solved_at, found.first_solved_at) == (1, None, MONDAY + HOUR)

    def test_solved_and_reopened_in_one_second_is_a_reopening_in_that_second(self):
        events = [
            an_event("status", before="solved", after="open", at=MONDAY + HOUR, seq=2),
            an_event("status", before="open", after="solved", at=MONDAY + HOUR, seq=1),
            an_event("created", after="open"),
        ]

        assert reopenings(events, LONG_AFTER) == [MONDAY + HOUR]

    def test_solved_by_a_rule_without_a_reply_is_solved_by_the_system(self):
        events = [
            an_event("created", after="open"),
            an_event("status", before="open", after="solved", seq=1, actor_role="system", rule_id="r1"),
        ]

        assert resolution(events, LONG_AFTER).solved_by_role == "system"

    def test_a_status_set_again_to_what_it_was_is_no_change(self):
        events = log(("created", None, "open"), ("status", "open", "open"))

        assert resolution(events, LONG_AFTER).status_changed_at == MONDAY

    def test_a_rule_that_changes_the_status_at_birth_counts_after_the_birth(self):
        events = [
            an_event("created", after="new", seq=0),
            an_event("status", before="new", after="pending", seq=1, actor_role="system"),
        ]

        assert resolution(events, MONDAY).status_changed_at == MONDAY
        assert state_at(events, MONDAY)["status"] == "pending"

    def test_nothing_after_the_instant_is_seen(self):
        events = log(("created", None, "open"), ("status", "open", "solved"), ("status", "solved", "open"))

        assert resolution(events, MONDAY + HOUR).reopens == 0


class TestHandOffs:
    def test_stations_count_each_hand_over_and_assignees_each_agent(self):
        events = log(("created", None, "open"), ("assignee", None, "ann"), ("assignee", "ann", "bob"),
                     ("assignee", "bob", None), ("assignee", None, "ann"))  # fmt: skip

        found = hand_offs(events, LONG_AFTER)

        assert (found.assignee_stations, found.assignees) == (3, 2)
        assert found.assigned_at == MONDAY + 4 * HOUR

    def test_nobody_has_no_time_of_assignment(self):
        events = log(("created", None, "open"), ("assignee", None, "ann"), ("assignee", "ann", None))

        assert hand_offs(events, LONG_AFTER).assigned_at is None

    def test_ping_pong_is_changes_and_bounces(self):
        groups = ["desk", "lab", "desk", "lab", "sales"]
        events = log(("created", None, "open"), ("group", None, "desk"),
                     *(("group", a, b) for a, b in pairwise(groups)))  # fmt: skip

        found = hand_offs(events, LONG_AFTER)

        assert (found.group_stations, found.group_changes, found.group_bounces) == (5, 4, 2)

    @pytest.mark.parametrize("by", [{"actor_role": "system"}, {"rule_id": "r1"}])
    def test_what_rules_do_is_a_station_but_no_change_by_people(self, by):
        events = [
            an_event("group", after="desk"),
            an_event("group", before="desk", after="lab", seq=1, **by),
        ]

        found = hand_offs(events, LONG_AFTER)

        assert (found.group_stations, found.group_changes) == (2, 0)


class TestConversation:
    def test_messages_of_the_system_are_no_reply(self):
        comments = [said("requester"), said("system", hours=1), said("agent", hours=2, automatic=True)]

        found = conversation(comments, LONG_AFTER)

        assert (found.first_reply_at, found.replies, found.unanswered) == (None, 0, 1)

    def test_the_opening_of_a_proactive_ticket_is_a_reply_but_not_the_first_one(self):
        found = conversation([said("agent"), said("requester", hours=1), said("agent", hours=2)], LONG_AFTER)

        assert (found.replies, found.first_reply_at) == (2, MONDAY + 2 * HOUR)

    def test_unanswered_are_all_customers_since_the_last_public_word_of_an_agent(self):
        comments = [said("requester"), said("agent", hours=1), said("end_user", hours=2),
                    said("agent", hours=3, public=False), said("requester", hours=4)]  # fmt: skip

        found = conversation(comments, LONG_AFTER)

        assert (found.unanswered, found.unanswered_since) == (2, MONDAY + 2 * HOUR)
        assert (found.last_public_role, found.requester_replies) == ("requester", 1)

    def test_an_agent_who_was_a_customer_then_speaks_in_the_role_of_that_time(self):
        found = conversation([said("requester"), said("end_user", hours=1)], LONG_AFTER)

        assert found.replies == 0

    def test_a_redacted_comment_still_counts(self):
        redacted = said("agent", hours=1).model_copy(update={"text": ""})

        assert conversation([said("requester"), redacted], LONG_AFTER).replies == 1

    def test_a_change_of_requester_leaves_the_roles_of_what_was_written(self):
        found = conversation([said("requester"), said("end_user", hours=1)], LONG_AFTER)

        assert (found.requester_replied_at, found.requester_replies) == (MONDAY, 0)

    def test_no_comments_are_no_conversation(self):
        assert conversation([said("requester", hours=1)], MONDAY).last_public_at is None
