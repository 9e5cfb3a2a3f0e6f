"""Each check at its edges: what it finds, and beside it what it leaves alone."""

import pytest

from audit_stores import audit, found
from cstoolkit.automations.checks import CHECKS
from lives import DAY, HOUR, MINUTE, SECOND, a_life, a_store, a_target, changed, said

AGENT = "agent"
SYSTEM = "system"


def answered(ago):
    return said(ago, AGENT)


def moves(*groups, role=AGENT, start=10 * HOUR):
    return [changed(start - HOUR * n, "group", group, role) for n, group in enumerate(groups)]


FINDS = {
    "BA001": {
        "urgent, 1 h": a_life(created=HOUR, priority="urgent"),
        "high, 4 h": a_life(created=4 * HOUR, priority="high"),
        "normal, 8 h": a_life(created=8 * HOUR, priority="normal"),
        "low, 24 h": a_life(created=24 * HOUR, priority="low"),
        "no priority is normal": a_life(created=8 * HOUR),
        "pending is unsolved too": a_life(created=8 * HOUR, status="pending"),
        "assigned and given back": a_life(changed(HOUR, "assignee", "kim"), changed(MINUTE, "assignee", None), created=DAY),
        # Monday 09:00 to 17:00 is 8 h, and Tuesday 09:00 to 12:00 is over it
        "office hours": a_life(created=75 * HOUR, calendar="office"),
    },
    "BA002": {
        "born without": a_life(group=None),
        "taken out": a_life(changed(MINUTE, "group", None)),
    },
    "BA003": {
        "no member at all": a_life(group="empty"),
        "membership suspended": a_life(group="dormant"),
        "only leavers": a_life(group="leavers"),
        "only a customer": a_life(group="guests"),
        "group nobody knows": a_life(group="unheard-of"),
    },
    "BA004": {
        "left": a_life(assignee="left"),
        "downgraded": a_life(assignee="downgraded"),
        "deleted": a_life(assignee="not-in-people"),
    },
    "BA007": {
        "8 h": a_life(said(8 * HOUR), created=8 * HOUR),
        "a note is no reply": a_life(said(HOUR, AGENT, public=False), created=8 * HOUR),
        "an auto-reply is no reply": a_life(said(8 * HOUR, AGENT, automatic=True), created=8 * HOUR),
        "a rule's mail is no reply": a_life(said(8 * HOUR, SYSTEM), created=8 * HOUR),
        "a target kept later, a missed one now": a_life(created=9 * HOUR, sla=[a_target(HOUR, breached=HOUR)]),
    },
    "BA008": {
        "16 h": a_life(said(16 * HOUR), created=16 * HOUR),
        "by the oldest unanswered": a_life(answered(20 * HOUR), said(16 * HOUR), said(MINUTE), created=DAY),
        "another customer": a_life(answered(20 * HOUR), said(16 * HOUR, "end_user"), created=DAY),
        "a note does not answer": a_life(said(17 * HOUR), said(HOUR, AGENT, public=False), created=DAY),
        "a rule does not answer": a_life(said(17 * HOUR), said(HOUR, SYSTEM), created=DAY),
    },
    "BA009": {
        "3 from the start": a_life(said(HOUR), said(2 * MINUTE), said(MINUTE)),
        "3 since the reply": a_life(answered(HOUR), said(3 * MINUTE), said(2 * MINUTE, "end_user"), said(MINUTE), created=DAY),
        "3, notes between": a_life(said(HOUR), said(9 * MINUTE), said(5 * MINUTE, AGENT, public=False), said(MINUTE)),
    },
    "BA010": {
        "vendor's verdict": a_life(sla=[a_target(MINUTE, breached=MINUTE)]),
        "kept late": a_life(sla=[a_target(10 * MINUTE, kept=MINUTE, breached=10 * MINUTE)]),
        "past this instant": a_life(sla=[a_target(0 * MINUTE)]),
    },
    "BA014": {
        "5 days": a_life(changed(5 * DAY, "status", "pending"), created=6 * DAY),
        "the reply that made it pending": a_life(
            answered(5 * DAY), changed(5 * DAY, "status", "pending"), created=6 * DAY
        ),
        "a note reminds nobody": a_life(
            changed(6 * DAY, "status", "pending"), said(DAY, AGENT, public=False), created=7 * DAY
        ),
        "reminded in an earlier spell": a_life(
            changed(20 * DAY, "status", "pending"), said(15 * DAY, SYSTEM), changed(14 * DAY, "status", "open"),
            changed(6 * DAY, "status", "pending"), created=21 * DAY,
        ),
    },
    "BA015": {
        "requester": a_life(changed(2 * HOUR, "status", "pending"), said(HOUR), created=DAY),
        "another customer": a_life(changed(2 * HOUR, "status", "pending"), said(HOUR, "end_user"), created=DAY),
    },
    "BA016": {
        "nothing": a_life(status="hold"),
        "blank reason": a_life(status="hold", custom={"hold_reason": " "}),
        "another field": a_life(status="hold", custom={"area": "x"}),
        "unlinked": a_life(changed(MINUTE, "link", None, field="problem"), status="hold", problem_id="nothing"),
    },
    "BA017": {
        "7 days": a_life(changed(7 * DAY, "status", "hold"), created=8 * DAY),
        "only a note since": a_life(changed(8 * DAY, "status", "hold"), said(DAY, AGENT, public=False), created=9 * DAY),
        "last word 7 days ago": a_life(changed(9 * DAY, "status", "hold"), answered(7 * DAY), created=10 * DAY),
    },
    "BA020": {
        "twice": a_life(
            changed(9 * HOUR, "status", "solved"), changed(8 * HOUR, "status", "open"),
            changed(7 * HOUR, "status", "closed"), changed(6 * HOUR, "status", "pending"), created=DAY,
        ),
    },
    "BA021": {
        "4 moves": a_life(*moves("lab", "empty", "dormant", "leavers"), created=DAY),
        "2 returns": a_life(*moves("lab", "desk", "lab"), created=DAY),
    },
    "BA022": {
        "4 owners": a_life(
            *(changed(HOUR * n, "assignee", name) for n, name in enumerate(["kim", "lee", "mia", "noa"], 1)), created=DAY
        ),
    },
    "BA023": {
        "30 days": a_life(created=30 * DAY),
        "on hold": a_life(created=31 * DAY, status="hold"),
    },
    "BA024": {
        "10 days": a_life(created=10 * DAY),
        "new": a_life(created=10 * DAY, status="new"),
        "last word 10 days ago": a_life(said(10 * DAY), created=20 * DAY),
    },
    "BA029": {
        "same words": a_life(subject="Cannot log in", created=HOUR),
        "a reply's prefix": a_life(subject="RE: Fwd: cannot LOG in!", created=2 * HOUR),
        "another order": a_life(subject="log in cannot", created=3 * HOUR),
        "72 h after": a_life(subject="Invoice 2024-17 is wrong", created=4 * HOUR, requester="bo"),
    },
    "BA031": {
        "empty at birth": a_life(created=0 * SECOND),
        "pending": a_life(status="pending"),
        "blank": a_life(custom={"area": "\t "}),
        "solved 30 days ago": a_life(changed(30 * DAY, "status", "solved"), created=40 * DAY),
    },
    "BA033": {
        "by an agent": a_life(changed(HOUR, "status", "solved"), created=DAY),
        "30 days ago": a_life(changed(30 * DAY, "status", "closed"), created=40 * DAY),
        "notes only": a_life(said(2 * HOUR, AGENT, public=False), changed(HOUR, "status", "solved"), created=DAY),
    },
    "BA036": {
        "28 days and a second": a_life(changed(28 * DAY + SECOND, "status", "solved"), created=40 * DAY),
    },
    "BA039": {
        "in the subject": a_life(subject="4111 1111 1111 1111"),
        "in a note": a_life(said(MINUTE, AGENT, public=False, text="he said 4111-1111-1111-1111")),
        "in a file's name": a_life(said(MINUTE, text="see file", attachments=("scan_4111111111111111.png",))),
        "full width": a_life(said(MINUTE, text="\uff14\uff11\uff11\uff11 1111 1111 1111")),
        "solved": a_life(said(DAY, text="4111111111111111"), changed(HOUR, "status", "closed"), created=2 * DAY),
    },
    "BA046": {
        "a second ago": a_life(due=SECOND),
        "on hold": a_life(due=DAY, status="hold"),
    },
    "BA005": {
        "nothing for 24 h": a_life(changed(24 * HOUR, "tags", '["x"]', actor_id="mia"), created=2 * DAY, assignee="mia"),
        "a rule in the name is no sign": a_life(
            changed(HOUR, "tags", '["y"]', actor_id="mia", rule_id="r"), created=2 * DAY, assignee="mia", status="new"
        ),
    },
    "BA006": {
        "less than a quarter left": a_life(created=3 * DAY, sla=[a_target(-DAY + SECOND)]),
        "less than 30 min left": a_life(created=29 * MINUTE, sla=[a_target(-30 * MINUTE + SECOND)]),
    },
    "BA011": {
        "4 h": a_life(created=DAY, sla=[a_target(4 * HOUR, breached=4 * HOUR)], assignee="kim"),
        "a word before it, a machine's after": a_life(
            answered(9 * HOUR), said(HOUR, AGENT, automatic=True), created=DAY, sla=[a_target(5 * HOUR)]
        ),
    },
    "BA012": {"nothing promised": a_life(priority="low")},
    "BA013": {"nothing promised": a_life()},
    "BA018": {
        "2 days": a_life(problem_id="solved 2 days ago", created=5 * DAY),
        "on hold": a_life(problem_id="solved 2 days ago", created=5 * DAY, status="hold"),
    },
    "BA034": {
        "a question": a_life(said(2 * DAY, text="When\uff1f"), changed(DAY, "status", "solved", SYSTEM), created=9 * DAY),
        "30 days ago": a_life(said(40 * DAY, text="why?"), changed(30 * DAY, "status", "closed", SYSTEM), created=50 * DAY),
    },
    "BA037": {
        "16 h": a_life(changed(16 * HOUR, "rating", "bad", "requester"), created=DAY, status="closed", rating_comment="Slow"),
        "unsolved, and a rule did something": a_life(
            changed(17 * HOUR, "rating", "bad", "requester"), changed(HOUR, "tags", '["x"]', SYSTEM), created=DAY,
            rating_comment="Slow",
        ),
    },
    "BA044": {"4 h": a_life(said(4 * HOUR, text=" \n", attachments=("a.png",)), created=4 * HOUR)},
    "BA048": {"suspended": a_life(requester="banned", status="pending")},
    "BA049": {
        "by an agent": a_life(changed(HOUR, "status", "solved"), created=DAY),
        "given back after": a_life(
            changed(30 * DAY, "status", "solved"), changed(MINUTE, "assignee", None), created=40 * DAY, assignee="kim"
        ),
    },
    "BA027": {"2 h": a_life(said(2 * HOUR), created=DAY, tags={"vip"}, status="new"), "a key company": a_life(said(3 * HOUR), requester="chief")},
    "BA028": {
        "4 h": a_life(said(4 * HOUR, text="My LAWYER."), created=DAY),
        "in the second message": a_life(said(5 * HOUR), said(MINUTE, text="See you in court"), created=DAY, status="hold"),
    },
    "BA040": {
        "an IBAN": a_life(said(MINUTE, text="Pay to DE89 3704 0044 0532 0130 00 please")),
        "in one piece, in a note": a_life(said(MINUTE, AGENT, public=False, text="(nl91abna0417164300)")),
        "a social security number": a_life(subject="SSN: 219-09-9999"),
        "a password": a_life(said(MINUTE, text="My password is: hunter2!")),
        "a token, long solved": a_life(said(9 * DAY, text="AKIAIOSFODNN7EXAMPLE"), changed(8 * DAY, "status", "closed"), created=10 * DAY),
    },
    "BA041": {
        "a marker": a_life(said(30 * DAY, AGENT, text="Internal only: refund denied"), created=40 * DAY),
        "solved": a_life(said(HOUR, AGENT, text="(do not tell the customer)"), created=DAY, status="solved"),
    },
    "BA030": {"first of 5 in 2 h": a_life(subject="Checkout is down", created=9 * HOUR)},
}  # fmt: skip

LEAVES = {
    "BA001": {
        "urgent, a second less": a_life(created=HOUR - SECOND, priority="urgent"),
        "low, a second less": a_life(created=24 * HOUR - SECOND, priority="low"),
        "no priority, a second less": a_life(created=8 * HOUR - SECOND),
        "assigned": a_life(created=DAY, assignee="kim"),
        "solved": a_life(created=DAY, status="solved"),
        "deleted": a_life(changed(HOUR, "deleted", "spam"), created=DAY),
        # since Monday 12:00: 5 h on Monday, 3 h less a second today
        "office hours, a second less": a_life(created=DAY - SECOND, calendar="office"),
    },
    "BA002": {"has one": a_life(), "solved": a_life(group=None, status="solved"), "merged": a_life(changed(MINUTE, "merged", "x"), group=None)},
    "BA003": {"a member works": a_life(group="desk"), "one of two works": a_life(group="lab"), "no group": a_life(group=None)},
    "BA004": {"works": a_life(assignee="kim"), "an integration": a_life(assignee="robot"), "nobody": a_life(), "solved": a_life(assignee="left", status="closed")},
    "BA007": {
        "a second less": a_life(created=8 * HOUR - SECOND),
        "answered": a_life(answered(MINUTE), created=DAY),
        "opened by an agent": a_life(answered(DAY), created=DAY),
        "a target kept just now": a_life(created=DAY, sla=[a_target(HOUR, kept=0 * HOUR)]),
        "a target kept": a_life(created=DAY, sla=[a_target(HOUR, kept=2 * HOUR)]),
        "solved": a_life(changed(HOUR, "status", "solved"), created=DAY),
    },
    "BA008": {
        "a second less": a_life(said(16 * HOUR - SECOND), created=DAY),
        "answered": a_life(said(20 * HOUR), answered(MINUTE), created=DAY),
        "pending": a_life(said(20 * HOUR), created=DAY, status="pending"),
        "private message": a_life(said(20 * HOUR, public=False), created=DAY),
        "nothing said": a_life(created=9 * DAY),
    },
    "BA009": {
        "2": a_life(said(HOUR), said(MINUTE)),
        "answered between": a_life(said(HOUR), said(9 * MINUTE), answered(5 * MINUTE), said(MINUTE)),
        "auto-replies": a_life(said(HOUR), said(9 * MINUTE, automatic=True), said(MINUTE, automatic=True)),
        "private": a_life(said(HOUR), said(9 * MINUTE), said(MINUTE, public=False)),
    },
    "BA010": {
        "assigned": a_life(sla=[a_target(MINUTE, breached=MINUTE)], assignee="kim"),
        "in time": a_life(sla=[a_target(MINUTE, kept=2 * MINUTE)]),
        "still running": a_life(sla=[a_target(-SECOND)]),
        "no promise": a_life(),
    },
    "BA014": {
        "a second less": a_life(changed(5 * DAY - SECOND, "status", "pending"), created=6 * DAY),
        "reminded by a rule": a_life(changed(6 * DAY, "status", "pending"), said(DAY, SYSTEM), created=7 * DAY),
        "reminded just now": a_life(changed(6 * DAY, "status", "pending"), answered(0 * DAY), created=7 * DAY),
        "reminded by an agent": a_life(changed(6 * DAY, "status", "pending"), answered(DAY), created=7 * DAY),
        "open": a_life(created=9 * DAY),
        "pending again since today": a_life(
            changed(9 * DAY, "status", "pending"), changed(8 * DAY, "status", "open"), changed(HOUR, "status", "pending"),
            created=10 * DAY,
        ),
    },
    "BA015": {
        "we spoke last": a_life(said(2 * HOUR), answered(HOUR), changed(HOUR, "status", "pending"), created=DAY),
        "a rule spoke last": a_life(answered(2 * HOUR), changed(HOUR, "status", "pending"), said(MINUTE, SYSTEM), created=DAY),
        "open": a_life(said(HOUR)),
    },
    "BA016": {
        "a reason": a_life(status="hold", custom={"hold_reason": "vendor"}),
        "a problem": a_life(status="hold", problem_id="some"),
        "an issue": a_life(status="hold", custom={"issue_key": "DEV-1"}),
        "pending": a_life(status="pending"),
    },
    "BA017": {
        "a second less": a_life(changed(7 * DAY - SECOND, "status", "hold"), created=20 * DAY),
        "quiet for long, on hold since today": a_life(answered(20 * DAY), changed(HOUR, "status", "hold"), created=30 * DAY),
        "updated": a_life(changed(20 * DAY, "status", "hold"), answered(6 * DAY), created=30 * DAY),
        "open": a_life(created=20 * DAY),
    },
    "BA020": {
        "once": a_life(changed(9 * HOUR, "status", "solved"), changed(8 * HOUR, "status", "open"), created=DAY),
        "solved, then closed": a_life(
            changed(9 * HOUR, "status", "solved"), changed(8 * HOUR, "status", "closed"), changed(7 * HOUR, "status", "open"),
            created=DAY,
        ),
        "solved now": a_life(
            *(changed(HOUR * (9 - n), "status", s) for n, s in enumerate(["solved", "open", "solved", "open", "solved"])),
            created=DAY,
        ),
        "pending and back": a_life(
            *(changed(HOUR * (9 - n), "status", s) for n, s in enumerate(["pending", "open", "pending", "open"])), created=DAY
        ),
    },
    "BA021": {
        "3 moves": a_life(*moves("lab", "empty", "dormant"), created=DAY),
        "1 return": a_life(*moves("lab", "desk"), created=DAY),
        "by the system": a_life(*moves("lab", "desk", "lab", "desk", role=SYSTEM), created=DAY),
        "by a rule": a_life(
            *(changed(HOUR * (9 - n), "group", g, rule_id="r") for n, g in enumerate(["lab", "desk", "lab", "desk"])), created=DAY
        ),
        "taken out and put in": a_life(*moves(None, "lab", None, "desk"), created=DAY),
    },
    "BA022": {
        "3 owners": a_life(*(changed(HOUR * n, "assignee", name) for n, name in enumerate(["kim", "lee", "mia"], 1)), created=DAY),
        "2 owners in turn": a_life(
            *(changed(HOUR * n, "assignee", name) for n, name in enumerate(["kim", "lee", "kim", "lee", "kim"], 1)), created=DAY
        ),
    },
    "BA023": {"a second less": a_life(created=30 * DAY - SECOND), "solved": a_life(created=40 * DAY, status="solved")},
    "BA024": {
        "a second less": a_life(created=10 * DAY - SECOND),
        "a tag changed": a_life(changed(DAY, "tags", '["x"]', SYSTEM), created=20 * DAY),
        "pending": a_life(created=20 * DAY, status="pending"),
    },
    "BA029": {
        "the first of them": a_life(subject="Cannot log in", created=9 * HOUR),
        "another requester": a_life(subject="Cannot log in", created=HOUR, requester="bo"),
        "other words": a_life(subject="Cannot log out of shop", created=HOUR),
        "72 h before": a_life(subject="Invoice 2024-17 is wrong", created=76 * HOUR, requester="bo"),
        "the next number": a_life(subject="Delivery 1", created=HOUR, requester="bo"),
        "another number": a_life(subject="Delivery 2", created=HOUR, requester="bo"),
        "a second too late": a_life(subject="Printer burns", created=HOUR),
        "a second too early": a_life(subject="Printer burns", created=73 * HOUR + SECOND),
        "solved": a_life(subject="cannot log in", created=HOUR, status="solved"),
        "only marks": a_life(subject="???", created=HOUR),
        "only marks again": a_life(subject="!!!", created=HOUR),
    },
    "BA031": {
        "filled": a_life(custom={"area": "billing"}),
        "solved before": a_life(changed(30 * DAY + SECOND, "status", "solved"), created=40 * DAY),
        "deleted": a_life(changed(MINUTE, "deleted", "deleted")),
    },
    "BA033": {
        "answered": a_life(answered(2 * HOUR), changed(HOUR, "status", "solved"), created=DAY),
        "by a rule": a_life(changed(HOUR, "status", "solved", SYSTEM), created=DAY),
        "too long ago": a_life(changed(30 * DAY + SECOND, "status", "solved"), created=40 * DAY),
        "merged": a_life(changed(HOUR, "status", "closed"), changed(HOUR, "merged", "x"), created=DAY),
        "open": a_life(created=DAY),
    },
    "BA036": {
        "28 days": a_life(changed(28 * DAY, "status", "solved"), created=40 * DAY),
        "closed": a_life(changed(30 * DAY, "status", "solved"), changed(29 * DAY, "status", "closed"), created=40 * DAY),
    },
    "BA039": {
        "wrong check digit": a_life(said(MINUTE, text="4111 1111 1111 1112")),
        "an order": a_life(subject="order 9111111111111111"),
        "deleted": a_life(said(MINUTE, text="4111111111111111"), changed(SECOND, "deleted", "deleted")),
        "halves in two messages": a_life(said(2 * MINUTE, text="4111 1111"), said(MINUTE, text="1111 1111")),
    },
    "BA046": {"now": a_life(due=0 * DAY), "tomorrow": a_life(due=-DAY), "no date": a_life(), "solved": a_life(due=DAY, status="solved")},
    "BA005": {
        "a second less": a_life(changed(24 * HOUR - SECOND, "tags", '["x"]', actor_id="lee"), created=2 * DAY, assignee="lee"),
        "busy elsewhere": a_life(changed(9 * DAY, "tags", '["x"]', actor_id="lee"), created=9 * DAY, assignee="lee"),
        "never seen at all": a_life(created=9 * DAY, assignee="noa"),
        "pending": a_life(created=9 * DAY, assignee="mia", status="pending"),
        "gone is another check": a_life(changed(9 * DAY, "tags", '["x"]', actor_id="left"), created=9 * DAY, assignee="left"),
    },
    "BA006": {
        "a quarter left": a_life(created=3 * DAY, sla=[a_target(-DAY)]),
        "30 min left": a_life(created=29 * MINUTE, sla=[a_target(-30 * MINUTE)]),
        "late": a_life(created=DAY, sla=[a_target(0 * DAY)]),
        "answered": a_life(answered(HOUR), created=3 * DAY, sla=[a_target(-HOUR)]),
        "another promise": a_life(created=3 * DAY, sla=[a_target(-HOUR, metric="resolution")]),
    },
    "BA011": {
        "a second less": a_life(created=DAY, sla=[a_target(4 * HOUR - SECOND)]),
        "a note since": a_life(said(HOUR, AGENT, public=False), created=DAY, sla=[a_target(9 * HOUR)]),
        "kept": a_life(created=DAY, sla=[a_target(9 * HOUR, kept=10 * HOUR)]),
        "solved": a_life(created=DAY, sla=[a_target(9 * HOUR)], status="solved"),
    },
    "BA012": {
        "a target": a_life(priority="low", sla=[a_target(-DAY)]),
        "a due date": a_life(priority="low", due=-DAY),
        "no priority": a_life(),
        "solved": a_life(priority="low", status="solved"),
    },
    "BA013": {"a target": a_life(sla=[a_target(-DAY)]), "a due date": a_life(due=DAY), "priority": a_life(priority="low")},
    "BA018": {
        "solved 2 days ago": a_life(changed(2 * DAY, "status", "solved"), created=6 * DAY),
        "solved a second later": a_life(changed(2 * DAY - SECOND, "status", "solved"), created=6 * DAY),
        "opened again": a_life(changed(3 * DAY, "status", "solved"), changed(DAY, "status", "open"), created=6 * DAY),
        "gone": a_life(changed(3 * DAY, "status", "solved"), changed(DAY, "deleted", "deleted"), created=6 * DAY),
        "a second less": a_life(problem_id="solved a second later", created=5 * DAY),
        "problem open": a_life(problem_id="opened again", created=5 * DAY),
        "problem gone": a_life(problem_id="gone", created=5 * DAY),
        "incident solved too": a_life(problem_id="solved 2 days ago", created=5 * DAY, status="solved"),
    },
    "BA034": {
        "a statement": a_life(said(2 * DAY, text="It works."), changed(DAY, "status", "solved", SYSTEM), created=9 * DAY),
        "thanks": a_life(said(2 * DAY, text="Thanks!"), changed(DAY, "status", "solved", SYSTEM), created=9 * DAY),
        "answered": a_life(said(3 * DAY, text="why?"), answered(2 * DAY), changed(DAY, "status", "solved", SYSTEM), created=9 * DAY),
        "by an agent": a_life(said(2 * DAY, text="why?"), changed(DAY, "status", "solved"), created=9 * DAY),
        "a machine asks": a_life(said(2 * DAY, text="why?", automatic=True), changed(DAY, "status", "solved", SYSTEM), created=9 * DAY),
        "too long ago": a_life(said(40 * DAY, text="why?"), changed(30 * DAY + SECOND, "status", "solved", SYSTEM), created=50 * DAY),
    },
    "BA037": {
        "a second less": a_life(changed(16 * HOUR - SECOND, "rating", "bad", "requester"), created=DAY, rating_comment="Slow"),
        "no comment": a_life(changed(17 * HOUR, "rating", "bad", "requester"), created=DAY),
        "good now": a_life(
            changed(19 * HOUR, "rating", "bad", "requester"), changed(17 * HOUR, "rating", "good", "requester"), created=DAY,
            rating_comment="Slow",
        ),
        "a note since": a_life(
            changed(17 * HOUR, "rating", "bad", "requester"), said(HOUR, AGENT, public=False), created=DAY, rating_comment="Slow"
        ),
        "too long ago": a_life(changed(30 * DAY + SECOND, "rating", "bad", "requester"), created=40 * DAY, rating_comment="Slow"),
    },
    "BA044": {
        "a second less": a_life(said(HOUR, text=""), created=4 * HOUR - SECOND),
        "words": a_life(said(5 * HOUR, text="Hi"), created=DAY),
        "words in the form": a_life(said(5 * HOUR, text=""), created=DAY, description="Hi"),
        "looked at": a_life(said(5 * HOUR, text=""), changed(HOUR, "priority", "low"), created=DAY),
    },
    "BA048": {"open": a_life(requester="banned"), "active": a_life(status="pending"), "unknown": a_life(requester=None, status="pending")},
    "BA049": {
        "by a rule": a_life(changed(HOUR, "status", "solved", SYSTEM), created=DAY),
        "assigned": a_life(changed(HOUR, "status", "solved"), created=DAY, assignee="kim"),
        "too long ago": a_life(changed(30 * DAY + SECOND, "status", "solved"), created=40 * DAY),
        "open": a_life(),
    },
    "BA027": {
        "a second less": a_life(said(2 * HOUR - SECOND), created=DAY, tags={"vip"}),
        "answered": a_life(said(3 * HOUR), answered(HOUR), created=DAY, tags={"vip"}),
        "pending": a_life(said(3 * HOUR), created=DAY, tags={"vip"}, status="pending"),
        "anybody": a_life(said(3 * HOUR), created=DAY, tags={"vipers"}),
    },
    "BA028": {
        "a second less": a_life(said(4 * HOUR - SECOND, text="my lawyer"), created=DAY),
        "answered": a_life(said(9 * HOUR, text="my lawyer"), answered(8 * HOUR), said(7 * HOUR), created=DAY),
        "part of a word": a_life(said(9 * HOUR, text="courtyard"), created=DAY),
        "kept from us": a_life(said(9 * HOUR), said(8 * HOUR, public=False, text="lawyer"), created=DAY),
        "our words": a_life(said(9 * HOUR), said(8 * HOUR, AGENT, public=False, text="lawyer"), created=DAY),
        "solved": a_life(said(9 * HOUR, text="my lawyer"), created=DAY, status="solved"),
    },
    "BA040": {
        "wrong check digits": a_life(subject="DE88 3704 0044 0532 0130 00"),
        "one sign too many": a_life(subject="DE89 3704 0044 0532 0130 000"),
        "no such country": a_life(subject="ZZ89 3704 0044 0532 0130 00"),
        "number of no kind": a_life(subject="Part 219-09-9999"),
        "about a password": a_life(said(MINUTE, text="The password is expired. Password: https://a.example/reset1")),
        "deleted": a_life(changed(MINUTE, "deleted", "deleted"), subject="DE89 3704 0044 0532 0130 00"),
    },
    "BA041": {
        "a note": a_life(said(HOUR, AGENT, public=False, text="internal only")),
        "the customer's words": a_life(said(HOUR, text="internal only")),
        "too long ago": a_life(said(30 * DAY + SECOND, AGENT, text="internal only"), created=40 * DAY),
        "part of a word": a_life(said(HOUR, AGENT, text="internal onlyness")),
    },
    "BA030": {
        **{f"number {n}": a_life(subject=s, created=9 * HOUR - MINUTE * n) for n, s in enumerate(("RE: checkout IS down", "down: is checkout", "Checkout is down"), 2)},
        "number 5, 2 h after": a_life(subject="Checkout is down", created=7 * HOUR),
        "four of four": a_life(subject="No mail", created=HOUR),
        **{f"no mail {n}": a_life(subject="No mail", created=HOUR - MINUTE * n) for n in (1, 2, 3)},
        "a second too late": a_life(subject="No mail", created=3 * HOUR + SECOND),
        **{f"linked {n}": a_life(subject="Slow", created=HOUR - MINUTE * n, problem_id="some") for n in (1, 2, 3, 4, 5)},
        **{f"solved {n}": a_life(subject="Login", created=HOUR - MINUTE * n, status="solved") for n in (1, 2, 3, 4, 5)},
    },
}  # fmt: skip


@pytest.fixture
def report_of(tmp_path):
    def make(check, **params):
        with a_store(tmp_path, FINDS[check] | LEAVES[check]) as store:
            return audit(store, clock={"default": "always"}, checks={"include": [check], "params": params})

    return make


def test_each_check_has_both_tables():
    assert set(FINDS) == set(LEAVES) == set(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_finds_these_and_leaves_those_alone(check, report_of):
    report = report_of(check)

    assert found(report, check) == set(FINDS[check])


@pytest.mark.parametrize("check", CHECKS)
def test_a_finding_says_what_it_saw(check, report_of):
    report = report_of(check)

    for finding in report.findings:
        assert "unknown" not in finding.message
        assert "{" not in finding.message
        assert "4111" not in f"{finding.message} {finding.evidence}"
