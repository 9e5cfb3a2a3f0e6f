"""The order of neutral rules: stages first, then `after` and `before`, then as they were given."""

import heapq
from collections.abc import Sequence

from ..errors import Problem, RecipeError
from ..model.rules import Rule


def in_order(rules: Sequence[Rule], stages: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules as they run. Neighbours that are not among them do not count.

    A rule without a stage comes after those that have one, unless a neighbour says otherwise. Raises
    RecipeError where neighbours, or neighbours and stages, go round in a circle.
    """
    rank = {stage: index for index, stage in enumerate(stages)}
    staged = [rank.get(rule.order.stage or "", len(rank)) for rule in rules]
    followers = _followers(rules)
    _keep_stages(followers, staged, len(rank))
    waiting = [sum(index in after for after in followers) for index in range(len(rules))]
    keys = [(place, index) for index, place in enumerate(_drawn_forward(staged, followers))]
    ready = [keys[index] for index, count in enumerate(waiting) if not count]
    heapq.heapify(ready)
    done: list[Rule] = []
    while ready:
        index = heapq.heappop(ready)[1]
        done.append(rules[index])
        for follower in followers[index]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, keys[follower])
    if len(done) < len(rules):
        raise RecipeError(_circle(rule) for rule, count in zip(rules, waiting, strict=True) if count)
    return tuple(done)


def _followers(rules: Sequence[Rule]) -> list[set[int]]:
    """For each rule those that say they run after it, or before which it says it runs."""
    known = {rule.id: index for index, rule in enumerate(rules)}
    followers: list[set[int]] = [set() for _ in rules]
    for index, rule in enumerate(rules):
        for earlier in known.keys() & set(rule.order.after):
            followers[known[earlier]].add(index)
        followers[index].update(known[later] for later in known.keys() & set(rule.order.before))
    return followers


def _keep_stages(followers: list[set[int]], staged: Sequence[int], last: int) -> None:
    """A neighbour may not turn the stages round: the edge that the stages make closes the circle."""
    for index, after in enumerate(followers):
        for follower in list(after):
            if staged[follower] < staged[index] < last:
                followers[follower].add(index)


def _drawn_forward(staged: Sequence[int], followers: Sequence[set[int]]) -> list[int]:
    """A rule that another one waits for stands no later than that one's stage."""
    places = list(staged)
    moved = True
    while moved:
        drawn = [
            min([place, *(places[each] for each in followers[index])]) for index, place in enumerate(places)
        ]
        moved, places = drawn != places, drawn
    return places


def _circle(rule: Rule) -> Problem:
    return Problem(
        f'the order of "{rule.id}" goes round in a circle',
        "order",
        rule.at,
        "its `after`, `before` and stage cannot all be kept; take one of them out",
    )
