"""The audit's checks once more, for tests: plain loops over tickets, events and comments, one ticket at a time.

Written from the rules, not from the code: nothing of the store or of the checks is used here. Open hours
come from `model.clock`, which has oracles of its own.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from cstoolkit.model.clock import Schedule, Timeline, business_time
from cstoolkit.model.history import Event
from cstoolkit.model.people import Group, Membership, Organization, Person
from cstoolkit.model.ticket import Comment, SlaTarget, Ticket

UNSOLVED = {"new", "open", "pending", "hold"}
CUSTOMERS = {"requester", "end_user"}
HOUR = timedelta(hours=1)


@dataclass
class Desk:
    """Everything around the tickets."""

    people: dict[str, Person]
    groups: Sequence[Group]
    memberships: Sequence[Membership]
    schedules: Mapping[str, Schedule]
    default: Schedule | None
    required: Sequence[str] = ()
    organizations: Sequence[Organization] = ()


@dataclass
class Past:
    """One ticket with what had happened by `now`, and the folds that checks ask for."""

    desk: Desk
    ticket: Ticket
    events: list[Event]
    comments: list[Comment]
    now: datetime
    settings: Mapping[str, Any] = field(default_factory=dict)

    def last(self, *kinds: str, otherwise: Any = None) -> Any:
        values = [event.after for event in self.events if event.kind in kinds]
        return values[-1] if values else otherwise

    @property
    def status(self) -> str:
        return self.last("created", "status")

    @property
    def gone(self) -> bool:
        marks = [event.kind for event in self.events if event.kind in {"merged", "deleted", "restored"}]
        return bool(marks) and marks[-1] != "restored"

    @property
    def assignee(self) -> str | None:
        return self.last("assignee")

    @property
    def group(self) -> str | None:
        return self.last("group")

    @property
    def priority(self) -> str | None:
        return self.last("priority")

    @property
    def problem(self) -> str | None:
        return self.last("link")

    @cached_property
    def statuses(self) -> list[tuple[datetime, str, str]]:
        """(when, status, by whom) of every change of the category, birth included."""
        changes: list[tuple[datetime, str, str]] = []
        for event in self.events:
            if event.kind in {"created", "status"} and (not changes or changes[-1][1] != event.after):
                changes.append((event.occurred_at, str(event.after), event.actor_role))
        return changes

    @property
    def status_since(self) -> datetime:
        return self.statuses[-1][0]

    @property
    def solve(self) -> tuple[datetime, str] | None:
        """When it was last solved and by whom; closing what is solved is no solving."""
        solves = [
            (at, by)
            for place, (at, status, by) in enumerate(self.statuses)
            if status not in UNSOLVED and (place == 0 or self.statuses[place - 1][1] in UNSOLVED)
        ]
        return solves[-1] if solves and self.status not in UNSOLVED else None

    @property
    def reopens(self) -> int:
        words = [status for _, status, _ in self.statuses]
        return sum(a not in UNSOLVED and b in UNSOLVED for a, b in pairwise(words))

    @cached_property
    def spoken(self) -> list[Comment]:
        """Public words of people."""
        return [c for c in self.comments if c.public and not c.automatic and c.author_role != "system"]

    @property
    def replies(self) -> int:
        return sum(comment.author_role == "agent" for comment in self.spoken)

    @property
    def unanswered(self) -> list[Comment]:
        waiting: list[Comment] = []
        for comment in self.spoken:
            waiting = [] if comment.author_role == "agent" else [*waiting, comment]
        return waiting

    @property
    def customer_spoke_last(self) -> bool:
        return bool(self.spoken) and self.spoken[-1].author_role in CUSTOMERS

    @property
    def age(self) -> timedelta:
        return self.now - self.ticket.created_at

    @cached_property
    def timeline(self) -> Timeline | None:
        moves = [event for event in self.events if event.kind == "schedule"]
        names: list[tuple[datetime, str | None]] = [(event.occurred_at, event.after) for event in moves]
        if not moves:
            names = [(self.ticket.created_at, self.ticket.calendar)]
        elif moves[0].before is not None:
            names.insert(0, (moves[0].occurred_at - timedelta(days=36_500), moves[0].before))
        entries = [(at, self.desk.schedules.get(name or "", self.desk.default)) for at, name in names]
        if any(schedule is None for _, schedule in entries):
            return None
        return Timeline(entries=tuple(entries))

    def open_since(self, start: datetime) -> timedelta | None:
        return business_time(start, self.now, self.timeline) if self.timeline else None

    def setting(self, name: str, otherwise: Any) -> Any:
        value = self.settings.get(name, otherwise)
        if isinstance(value, Mapping):
            full = {**(otherwise if isinstance(otherwise, Mapping) else {}), **value}
            return full.get(self.priority or "normal", otherwise)
        return value

    @property
    def missed(self) -> bool:
        return any(
            (target.breached_at is not None and target.breached_at <= self.now)
            or (
                target.target_at <= self.now
                and (target.fulfilled_at is None or target.fulfilled_at > self.now)
            )
            for target in self.ticket.sla
        )

    @property
    def texts(self) -> list[str]:
        texts = [self.ticket.subject or "", self.ticket.description or ""]
        for comment in self.comments:
            texts += [comment.text, *(name.replace("_", " ") for name in comment.attachments)]
        return texts

    @property
    def breach(self) -> datetime | None:
        """The vendor's verdict, else the oldest target that has passed and is not kept."""
        verdicts = [t.breached_at for t in self.ticket.sla if t.breached_at and t.breached_at <= self.now]
        passed = [t.target_at for t in self.ticket.sla if t.target_at <= self.now and not self.kept(t)]
        return min(verdicts or passed, default=None)

    def kept(self, target: SlaTarget) -> bool:
        return target.fulfilled_at is not None and target.fulfilled_at <= self.now

    @property
    def bad_rating(self) -> datetime | None:
        bad = [e.occurred_at for e in self.events if e.kind == "rating" and e.after == "bad"]
        return bad[-1] if bad and self.last("rating") == "bad" else None

    def agent_since(self, start: datetime) -> bool:
        return any(event.actor_role == "agent" and event.occurred_at > start for event in self.events)


def handovers(past: Past) -> list[tuple[str, str]]:
    moves: list[tuple[str, str]] = []
    holder: str | None = None
    for event in past.events:
        if event.kind != "group":
            continue
        by_person = event.rule_id is None and event.actor_role != "system"
        if by_person and holder and event.after and holder != event.after:
            moves.append((holder, event.after))
        holder = event.after
    return moves


def working_members(past: Past) -> list[str]:
    return [
        member.person_id
        for member in past.desk.memberships
        if member.group_id == past.group
        and member.active
        and member.person_id in past.desk.people
        and past.desk.people[member.person_id].active
        and past.desk.people[member.person_id].role == "agent"
    ]


def ba001(past: Past) -> bool:
    limits = {"urgent": 1, "high": 4, "normal": 8, "low": 24}
    waited = past.open_since(past.ticket.created_at)
    return past.assignee is None and waited is not None and waited >= past.setting("limit", limits) * HOUR


def ba004(past: Past) -> bool:
    if past.assignee is None:
        return False
    person = past.desk.people.get(past.assignee)
    return person is None or not person.active or person.role == "end_user"


def ba006(past: Past) -> bool:
    due = min(
        (t.target_at for t in past.ticket.sla if t.metric == "first_reply" and not past.kept(t)), default=None
    )
    if due is None or due <= past.now or past.replies:
        return False
    share = past.setting("share", 0.25) * (due - past.ticket.created_at)
    return due - past.now < max(share, past.setting("least", 0.5) * HOUR)


def ba007(past: Past) -> bool:
    kept = any(target.fulfilled_at and target.fulfilled_at <= past.now for target in past.ticket.sla)
    waited = past.open_since(past.ticket.created_at)
    late = waited is not None and waited >= past.setting("limit", 8) * HOUR
    return past.replies == 0 and not kept and late


def ba008(past: Past) -> bool:
    if past.status not in {"new", "open"} or not past.customer_spoke_last:
        return False
    waited = past.open_since(past.unanswered[0].created_at)
    return waited is not None and waited >= past.setting("limit", 16) * HOUR


def ba011(past: Past) -> bool:
    missed = past.breach
    if missed is None or any(
        c.author_role == "agent" and not c.automatic and c.created_at > missed for c in past.comments
    ):
        return False
    waited = past.open_since(missed)
    return waited is not None and waited >= past.setting("limit", 4) * HOUR


def ba014(past: Past) -> bool:
    reminded = any(
        comment.public
        and comment.author_role in {"agent", "system"}
        and comment.created_at > past.status_since
        for comment in past.comments
    )
    days = timedelta(days=past.setting("days", 5))
    return past.status == "pending" and past.now - past.status_since >= days and not reminded


def ba016(past: Past) -> bool:
    names = past.settings.get("fields", ["hold_reason", "issue_key", "issue_link", "jira", "parent_case"])
    reasons = [past.ticket.custom.get(name) for name in names]
    return past.status == "hold" and past.problem is None and not any(reasons)


def ba017(past: Past) -> bool:
    quiet_since = max(
        past.status_since, past.spoken[-1].created_at if past.spoken else past.ticket.created_at
    )
    return past.status == "hold" and past.now - quiet_since >= timedelta(days=past.setting("days", 7))


def ba021(past: Past) -> bool:
    moves = handovers(past)
    returns = sum(b == (a[1], a[0]) for a, b in pairwise(moves))
    return len(moves) >= past.setting("changes", 4) or returns >= past.setting("returns", 2)


def ba022(past: Past) -> bool:
    held = {event.after for event in past.events if event.kind == "assignee" and event.after}
    return len(held) >= past.setting("owners", 4)


def ba024(past: Past) -> bool:
    quiet = past.now - max(event.occurred_at for event in past.events)
    return past.status in {"new", "open"} and quiet >= timedelta(days=past.setting("days", 10))


def ba031(past: Past) -> bool:
    names = past.settings.get("fields") or past.desk.required
    if all(past.ticket.custom.get(name) for name in names):
        return False
    if past.status in UNSOLVED:
        return past.age >= past.setting("age", 0) * HOUR
    return past.solve is not None and past.now - past.solve[0] <= timedelta(days=past.setting("days", 30))


def ba033(past: Past) -> bool:
    if past.status in UNSOLVED or past.solve is None or past.replies:
        return False
    at, by = past.solve
    return by != "system" and past.now - at <= timedelta(days=past.setting("days", 30))


def ba034(past: Past) -> bool:
    if past.solve is None or past.solve[1] != "system" or not past.customer_spoke_last:
        return False
    recent = past.now - past.solve[0] <= timedelta(days=past.setting("days", 30))
    return recent and any(mark in past.spoken[-1].text for mark in "?\uff1f\u061f")


def ba037(past: Past) -> bool:
    rated = past.bad_rating
    if rated is None or not past.ticket.rating_comment or past.agent_since(rated):
        return False
    waited = past.open_since(rated)
    recent = past.now - rated <= timedelta(days=past.setting("days", 30))
    return recent and waited is not None and waited >= past.setting("limit", 16) * HOUR


def is_vip(past: Past) -> bool:
    asker = past.ticket.requester and past.desk.people.get(past.ticket.requester.id)
    marks = set(json.loads(past.last("tags") or "[]")) & {"vip"}
    company = past.ticket.organization
    companies = {company.id if company else None, asker.organization_id if asker else None}
    for known in past.desk.organizations:
        marks |= known.tags & {"vip", "enterprise"} if known.id in companies else set()
    return bool(marks or (asker and "vip" in asker.tags))


def ba027(past: Past) -> bool:
    if past.status not in {"new", "open"} or not past.customer_spoke_last or not is_vip(past):
        return False
    waited = past.open_since(past.unanswered[0].created_at)
    return waited is not None and waited >= past.setting("limit", 2) * HOUR


def says(text: str, words: Iterable[str]) -> bool:
    """Whole words, by looking at the letter on either side."""
    padded = f" {text.casefold()} "
    for word in words:
        at = padded.find(word)
        while at >= 0:
            if not padded[at - 1].isalnum() and not padded[at + len(word)].isalnum():
                return True
            at = padded.find(word, at + 1)
    return False


THREATS = [
    "lawyer", "attorney", "solicitor", "legal action", "lawsuit", "sue you", "court", "chargeback", "ombudsman",
    "regulator", "consumer protection", "data protection authority", "gdpr complaint", "anwalt", "rechtsanwalt",
    "verbraucherzentrale", "avocat", "abogado",
]  # fmt: skip
MARKERS = [
    "do not tell the customer", "don't tell the customer", "not for the customer", "internal only",
    "internal use only", "internal note", "nicht f\u00fcr den kunden", "nur intern",
]  # fmt: skip


def ba028(past: Past) -> bool:
    words = past.settings.get("words", THREATS)
    if not any(says(comment.text, words) for comment in past.unanswered):
        return False
    waited = past.open_since(past.unanswered[0].created_at)
    return waited is not None and waited >= past.setting("limit", 4) * HOUR


def ba041(past: Past) -> bool:
    words = past.settings.get("words", MARKERS)
    return any(
        comment.public and comment.author_role == "agent" and says(comment.text, words)
        for comment in past.comments
        if past.now - comment.created_at <= timedelta(days=past.setting("days", 30))
    )


def has_iban(text: str) -> bool:
    """Of the countries that demos use."""
    for country, digits in {"DE": 20, "NL": 16, "FR": 25, "GB": 20}.items():
        for run in re.findall(rf"\b{country}(?: ?[0-9A-Z]){{{digits}}}\b", text):
            signs = run.replace(" ", "")
            number = "".join(str(ord(s) - 55) if s.isalpha() else s for s in signs[4:] + signs[:4])
            if int(number) % 97 == 1:
                return True
    return False


def ba044(past: Past) -> bool:
    words = [past.ticket.description or "", *(comment.text for comment in past.comments)]
    touched = any(event.actor_role == "agent" for event in past.events)
    return not "".join(words).strip() and not touched and past.age >= past.setting("age", 4) * HOUR


def ba048(past: Past) -> bool:
    asker = past.ticket.requester and past.desk.people.get(past.ticket.requester.id)
    return past.status == "pending" and asker is not None and not asker.active


def ba049(past: Past) -> bool:
    if past.assignee is not None or past.solve is None or past.solve[1] == "system":
        return False
    return past.now - past.solve[0] <= timedelta(days=past.setting("days", 30))


def ba036(past: Past) -> bool:
    if past.status != "solved" or past.solve is None:
        return False
    return past.now - past.solve[0] > timedelta(days=past.setting("days", 28))


def luhn(digits: str) -> bool:
    doubled = str.maketrans("0123456789", "0246813579")
    return sum(map(int, digits[-1::-2] + digits[-2::-2].translate(doubled))) % 10 == 0


BRANDS = (
    r"4(\d{12}|\d{15}|\d{18})", r"5[1-5]\d{14}", r"2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}",
    r"3[47]\d{13}", r"(6011|64[4-9]\d|65\d\d)\d{12,15}", r"3(0[0-5]|095|6|[89])\d+", r"35(2[89]|[3-8]\d)\d{12,15}",
    r"(62|81)\d{14,17}", r"(5018|5020|5038|5893|6304|6759|676[1-3])\d{9,15}",
)  # fmt: skip


def has_card(text: str) -> bool:
    for found in re.finditer(r"(?<![\w/])\d(?:[ -]?\d){12,18}(?!\w)", text):
        digits = re.sub(r"\D", "", found[0])
        known = any(re.fullmatch(brand, digits) for brand in BRANDS) and 13 <= len(digits) <= 19
        if known and luhn(digits):
            return True
    return False


def ba039(past: Past) -> bool:
    return any(has_card(text) for text in past.texts)


RULES: dict[str, Callable[[Past], bool]] = {
    "BA001": ba001,
    "BA002": lambda past: past.group is None,
    "BA003": lambda past: past.group is not None and not working_members(past),
    "BA004": ba004,
    "BA006": ba006,
    "BA007": ba007,
    "BA008": ba008,
    "BA009": lambda past: len(past.unanswered) >= past.setting("messages", 3),
    "BA010": lambda past: past.assignee is None and past.missed,
    "BA011": ba011,
    "BA012": lambda past: bool(past.priority) and not past.ticket.sla and not past.ticket.due_at,
    "BA013": lambda past: not past.priority and not past.ticket.sla and not past.ticket.due_at,
    "BA014": ba014,
    "BA015": lambda past: past.status == "pending" and past.customer_spoke_last,
    "BA016": ba016,
    "BA017": ba017,
    "BA020": lambda past: past.reopens >= past.setting("reopens", 2),
    "BA021": ba021,
    "BA022": ba022,
    "BA023": lambda past: past.age >= timedelta(days=past.setting("days", 30)),
    "BA024": ba024,
    "BA027": ba027,
    "BA028": ba028,
    "BA031": ba031,
    "BA033": ba033,
    "BA034": ba034,
    "BA036": ba036,
    "BA037": ba037,
    "BA039": ba039,
    "BA040": lambda past: any(has_iban(text) for text in past.texts),
    "BA041": ba041,
    "BA044": ba044,
    "BA048": ba048,
    "BA049": ba049,
    "BA046": lambda past: past.ticket.due_at is not None and past.ticket.due_at < past.now,
}
SOLVED_TOO = {"BA031", "BA033", "BA034", "BA036", "BA037", "BA039", "BA040", "BA041", "BA049"}


def absent_owners(pasts: Sequence[Past], settings: Mapping[str, Any]) -> set[str]:
    """Owners seen nowhere, neither at the door nor in any ticket's history."""
    found = set()
    for past in pasts:
        owner = past.desk.people.get(past.assignee or "")
        if past.gone or past.status not in {"new", "open"} or owner is None or not owner.active:
            continue
        signs = [e.occurred_at for p in pasts for e in p.events if e.actor_id == owner.id and not e.rule_id]
        if owner.last_seen_at and owner.last_seen_at <= past.now:
            signs.append(owner.last_seen_at)
        past.settings = settings
        absent = past.open_since(max(signs)) if signs else None
        if owner.role != "end_user" and absent is not None and absent >= past.setting("limit", 24) * HOUR:
            found.add(past.ticket.id)
    return found


def problem_done(pasts: Iterable[Past], settings: Mapping[str, Any]) -> set[str]:
    """Unsolved incidents whose problem is not gone and has been solved for so long."""
    by_id = {past.ticket.id: past for past in pasts}
    found = set()
    for past in by_id.values():
        past.settings = settings
        problem = by_id.get(past.problem or "")
        solve = problem.solve if problem and past.status in UNSOLVED else None
        if solve and past.now - solve[0] >= timedelta(days=past.setting("days", 2)):
            found.add(past.ticket.id)
    return found


def words_of(subject: str) -> str:
    text = re.sub(r"^((re|fwd?|aw|wg|sv|tr|rv)(\[\d+\])?\s*:\s*)+", "", subject.strip().casefold())
    text = re.sub(r"\[[^\]\d]*\d+\]", " ", text)
    return " ".join(sorted(set(re.sub(r"\W+", " ", text).split())))


def alike(one: str, other: str) -> float:
    def pieces(text: str) -> set[str]:
        return {f" {text} "[at : at + 3] for at in range(len(text))}

    both = pieces(one) | pieces(other)
    return len(pieces(one) & pieces(other)) / len(both) if both else 0.0


def duplicates(pasts: Iterable[Past], settings: Mapping[str, Any]) -> set[str]:
    """Every pair of tickets, by brute force."""
    open_ones = [past for past in pasts if past.status in UNSOLVED and past.ticket.requester]
    window = settings.get("within", 72) * HOUR
    least = settings.get("similarity", 0.85)
    found = set()
    for later in open_ones:
        for earlier in open_ones:
            first, second = earlier.ticket, later.ticket
            if (first.created_at, first.id) >= (second.created_at, second.id):
                continue
            if first.requester != second.requester or second.created_at - first.created_at > window:
                continue
            one, other = words_of(first.subject or ""), words_of(second.subject or "")
            if one and other and alike(one, other) >= least:
                found.add(second.id)
    return found


def clusters(pasts: Iterable[Past], settings: Mapping[str, Any]) -> set[str]:
    """The first tickets of clusters: by counting, for each ticket in time, those after it that are left."""
    left = sorted(
        (past for past in pasts if past.status in UNSOLVED and past.problem is None),
        key=lambda past: (past.ticket.created_at, past.ticket.id),
    )
    found = set()
    while left:
        first, *left = left
        words = words_of(first.ticket.subject or "")
        last = first.ticket.created_at + settings.get("within", 2) * HOUR
        near = [p for p in left if p.ticket.created_at <= last and words_of(p.ticket.subject or "") == words]
        if words and len(near) + 1 >= settings.get("tickets", 5):
            found.add(first.ticket.id)
            left = [past for past in left if past not in near]
    return found


def recount(pasts: Sequence[Past], params: Mapping[str, Mapping[str, Any]]) -> dict[str, set[str]]:
    """Ids by check. Times in `params` are hours, as numbers."""
    found: dict[str, set[str]] = {check: set() for check in RULES}
    present = [past for past in pasts if past.events and not past.gone]
    for past in present:
        for check, holds in RULES.items():
            past.settings = params.get(check, {})
            if (past.status in UNSOLVED or check in SOLVED_TOO) and holds(past):
                found[check].add(past.ticket.id)
    return found | {
        "BA005": absent_owners(pasts, params.get("BA005", {})),
        "BA018": problem_done(present, params.get("BA018", {})),
        "BA029": duplicates(present, params.get("BA029", {})),
        "BA030": clusters(present, params.get("BA030", {})),
    }
