"""One live rule on one ticket, or one ticket through a whole live list: as `explain`, in the vendor's own engine."""

from dataclasses import replace
from pathlib import Path

from ..engines.zendesk.rules import name_of
from ..errors import ProjectError
from ..model.data_problems import did_you_mean
from ..model.rules import NativeRule
from ..project import Project
from .cases import account
from .cases_expect import is_effect
from .cases_play import Playing
from .explain import Explanation, Look, Subject, looks_of
from .native_rule_files import LiveEngine, NativeFile, read_native_file

KINDS = {
    "trigger": "trigger", "automation": "automation",
    "rule_1": "creation rule", "rule_3": "hourly rule", "rule_4": "update rule",
}  # fmt: skip
"""Rules that run by themselves, and what they are called."""


def explain_native(path: Path, wanted: str, subject: Subject, project: Project) -> Explanation:
    """The rule of that title or id in a JSON file, by itself, active or not: where it ran, else at the last look.

    Raises RecipeError for the file, ProjectError for a rule that is not in it or that nothing would look at.
    """
    file = read_native_file(path)
    rule = replace(_chosen(file, path, wanted), active=True)
    engine = file.engine([rule], account(project))
    looks = [
        (look, step)
        for look in looks_of(subject.play(_playing(engine, subject)))
        for step in look.ran.trace.steps
        if step.rule == name_of(rule) and step.outcome != "spent"
    ]
    if not looks:
        raise ProjectError(
            f"nothing happens to the ticket at which {rule.title} would be looked at",
            hint="add `event:` to the ticket's file, or --event created",
        )
    look, step = next((found for found in looks if is_effect(found[1])), looks[-1])
    return Explanation(
        name_of(rule), rule.title, KINDS[rule.kind], look, step, tuple(engine.asked(rule, look.ran.began))
    )


def simulate_native(path: Path, subject: Subject, project: Project) -> tuple[tuple[Look, ...], str]:
    """The looks, and who ran the rules. The ticket through all rules of a JSON file: triggers where something happens, else one hourly run."""
    file = read_native_file(path)
    engine = file.engine(file.rules, account(project))
    return tuple(looks_of(subject.play(_playing(engine, subject)))), file.judge


def _playing(engine: LiveEngine, subject: Subject) -> Playing:
    if subject.fixture.event is not None:
        return Playing(engine, subject.around)
    return Playing(engine, subject.around, at_once=lambda situation, now: engine.scan(situation, now=now))


def _chosen(file: NativeFile, path: Path, wanted: str) -> NativeRule:
    known = [rule for rule in file.rules if rule.kind in KINDS]
    found = [rule for rule in known if wanted in {rule.id, rule.title}]
    if len(found) == 1:
        return found[0]
    titles = [rule.title for rule in known]
    if found:
        ids = ", ".join(str(rule.id) for rule in found)
        raise ProjectError(
            f'{len(found)} rules of {path} are called "{wanted}"', hint=f"name one by its id: {ids}"
        )
    hint = did_you_mean(wanted, titles, label="rules are") if wanted else f"name one: {path}#{titles[0]}"
    raise ProjectError(f'there is no rule "{wanted}" in {path}', hint=hint)
