"""Everything in one play of a case that is not as the case says."""

from collections.abc import Iterator

from .cases_expect import Miss, is_about, uncovered, unmet
from .cases_fixture import Surroundings
from .cases_play import Played
from .cases_reasons import say_opaque


def misses_of(
    played: Played, rule: str | None, around: Surroundings, *, trusts_opaque: bool = False
) -> Iterator[Miss]:
    """Everything in one play that is not as the case says; `rule` None: it is about no rule in particular.

    Then what rules do besides need not be mentioned, and a part of any rule that cannot be judged is a miss: who
    knows what it would have done. `trusts_opaque`: such parts do not count, since the case says who judges it.
    """
    for moment in played.moments:
        yield from unmet(moment, rule, around)
    if rule is not None:
        yield from uncovered(played, rule)
    if not trusts_opaque:
        yield from _opaque(played, rule)


def _opaque(played: Played, rule: str | None) -> Iterator[Miss]:
    """The parts that the engine could not judge, of a rule or of all: a rule that another condition rules out has none."""
    steps = (step for ran in played.runs for step in ran.trace.steps if is_about(step, rule))
    parts = dict.fromkeys((step.rule, part) for step in steps for part in step.opaque)
    for name, part in sorted(parts, key=lambda found: (found[0], found[1].path)):
        hint = "say `only:` with the engines that can judge the case"
        place = "" if rule is not None else f"{name}: "
        yield Miss(played.moments[-1].path, "opaque", hint, place + say_opaque(part))
