"""`cstoolkit test`: the cases of recipes, judged without a network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from ..automations.loader import find_project, load_recipes
from ..errors import Location
from .exit_codes import ExitCode
from .render import plain
from .terminal import Terminal, with_terminal
from .validate import validate

if TYPE_CHECKING:
    from ..automations.cases import CaseResult, CasesReport, Failed
    from ..automations.cases_shares import Wanted
    from ..project import Project

SCHEMA = "cstoolkit/test/1"
JUDGES = ("neutral", "zendesk", "freshdesk")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("-k", "word", metavar="WORD", help="Only cases whose recipe id or name has WORD.")
@click.option("--format", "form", type=click.Choice(["text", "json", "junit"]), default="text")
@click.option(
    "--by",
    type=click.Choice(JUDGES),
    multiple=True,
    help="Judges: neutral for recipes in their own meaning, a vendor for what they are compiled to; by default all.",
)
@click.option("--alone", is_flag=True, help="Play each rule by itself only, not among the others.")
@click.option(
    "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes that share the cases."
)
@click.option(
    "--update", is_flag=True, help="Write what came into the expectations of failed cases; shows it first."
)
@click.option("--yes", is_flag=True, help="With --update: do not ask.")
@click.option("--env", "environment", metavar="NAME", help="Environment whose variables are used.")
@with_terminal
def command(
    terminal: Terminal,
    *,
    paths: tuple[str, ...],
    word: str | None,
    form: str,
    alone: bool,
    by: tuple[str, ...],
    jobs: int,
    update: bool,
    yes: bool,
    environment: str | None,
) -> ExitCode:
    """Run the tests in recipes; no network, no credentials.

    PATHS are files and folders. Without any it is the `recipes` folder of the project. Each case of a rule is
    played alone and inside the whole rule set (all recipes of the project's folder, and those named), on the recipe
    itself and on what it is compiled to for each target, in that vendor's engine.
    """
    wishes = Wishes(paths, word, alone, jobs, environment, by or JUDGES)
    report = run(terminal, wishes)
    if update:
        from .test_update import update_expectations

        if update_expectations(terminal, report, sure=yes):
            report = run(terminal, wishes)
    _tell(terminal, report, "json" if terminal.json else form, word)
    return ExitCode.OK if report.ok else ExitCode.FINDINGS


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says about a run of cases."""

    paths: tuple[str, ...]
    word: str | None
    alone: bool
    jobs: int
    environment: str | None
    by: tuple[str, ...] = JUDGES


def run(terminal: Terminal, wishes: Wishes) -> "CasesReport":
    """The cases of the paths, in this process or shared out among several."""
    from ..automations.cases import run_cases

    recipes = validate(wishes.paths, environment=wishes.environment)
    project = find_project(wishes.paths)
    total = sum(len(getattr(recipe, "tests", ())) for recipe in recipes)
    with terminal.progress("testing", total=total, unit="cases") as progress:
        if wishes.jobs > 1:
            from ..automations.cases_shares import run_shared

            return run_shared(_wanted(wishes, project), wishes.jobs, lambda: progress.advance(1))
        return run_cases(
            recipes,
            project,
            word=wishes.word,
            rule_set=_rule_set(recipes, wishes.paths, project, wishes.environment),
            alone=wishes.alone,
            by=wishes.by,
            stopwatch=perf_counter,
            progress=lambda: progress.advance(1),
        )


def _wanted(wishes: Wishes, project: "Project | None") -> "Wanted":
    from ..automations.cases_shares import Wanted
    from .validate import default_folder

    paths = wishes.paths or (str(default_folder()),)
    folder = _recipe_folder(paths, project)
    rule_set = (*paths, str(folder)) if folder and wishes.paths else None
    return Wanted(paths, rule_set, wishes.word, wishes.alone, wishes.environment, wishes.by, perf_counter)


def _rule_set(
    recipes: Sequence[Any], paths: Sequence[str], project: "Project | None", environment: str | None
) -> Sequence[Any]:
    """The recipes of the project's folder and the named ones."""
    folder = _recipe_folder(paths, project)
    if folder is None:
        return recipes
    return load_recipes([*paths, folder], project=project, environment=environment)


def _recipe_folder(paths: Sequence[str], project: "Project | None") -> Path | None:
    """The project's folder of recipes, if there is more than the paths to load."""
    folder = project.folder / "recipes" if project and project.folder else None
    return folder if folder is not None and folder.is_dir() and paths else None


def _tell(terminal: Terminal, report: "CasesReport", form: str, word: str | None) -> None:
    if form == "junit":
        from .test_junit import render_junit

        terminal.print(render_junit(report))
    elif form == "json":
        terminal.print_json(as_json(report))
    else:
        for result in report.results:
            if result.outcome == "failed" or (result.outcome == "not_judged" and result.vendor is None):
                terminal.print(f"{case_text(result)}\n")
        terminal.print(summary(report, word))


def summary(report: "CasesReport", word: str | None) -> str:
    """How many cases passed, and who judged them."""
    if not report.results:
        asked = f' whose recipe or name has "{word}"' if word else ""
        return f"No case{asked} was run, and that is a failure: write `tests:` in a recipe."
    counts = [f"{report.count('passed')} passed", f"{report.count('failed')} failed"]
    if report.count("not_judged"):
        counts.append(f"{report.count('not_judged')} not judged")
    among = f", alone and among {report.rules} rules" if report.rules > 1 else ""
    cases = "1 case" if report.cases == 1 else f"{report.cases} cases"
    lines = [f"{cases}{among}: {', '.join(counts)}."]
    if not report.count("passed") and not report.count("failed"):
        lines.append("No case was judged, and that is a failure.")
    if report.without_cases and word is None:
        lines.append(f"Without a case: {', '.join(report.without_cases)}.")
    lines += [f"Judged by {_some(judge, count, report)}." for judge, count in report.judges.items()]
    return "\n".join([*lines, *_left(report)])


def _some(judge: str, count: int, report: "CasesReport") -> str:
    return judge if count == report.cases else f"{judge}: {count}"


def _left(report: "CasesReport") -> Iterator[str]:
    """Whose cases the neutral engine alone judged, since a vendor does not hold them; the reasons are in --json."""
    left: dict[str, list[str]] = {}
    for each in report.results:
        if each.outcome == "not_judged" and each.vendor is not None:
            left.setdefault(each.vendor, []).append(each.recipe)
    for vendor, recipes in left.items():
        yield f"Left to the neutral engine at {vendor}: {', '.join(dict.fromkeys(recipes))}."


def case_text(result: "CaseResult") -> str:
    """One case that did not pass: where, what, and which step explains it."""
    word = "not judged" if result.outcome == "not_judged" else "failed"
    judge = "" if result.vendor is None else f" (at {result.vendor})"
    lines = [f"{result.at or result.recipe}: {word}: {result.recipe}: {result.name}{judge}"]
    if result.reason:
        lines.append(f"    {result.reason}")
    for failed in result.failed:
        lines.append(f"    {miss_text(failed)}")
        if failed.miss.why:
            lines.append(f"        {failed.miss.why}")
    return "\n".join(plain(line) for line in lines)


def miss_text(failed: "Failed") -> str:
    """One miss: `line 17: fires: expected true, got false (in the whole rule set)`."""
    from ..automations.cases_reasons import say

    miss, place = failed.miss, f"line {failed.at.line}: " if failed.at else ""
    where = "" if failed.mode == "alone" else f" ({failed.mode})"
    minute = "" if failed.scanned_at is None else f", with scans at minute {_minute(failed)} of the hour"
    if miss.expected == "not mentioned":
        return f"{place}{miss.what}: not mentioned, and came: {say(miss.actual)}{where}{minute}"
    if miss.what in {"opaque", "gap"}:
        return f"{place}{miss.actual}; {miss.expected}{where}"
    return f"{place}{miss.what}: expected {say(miss.expected)}, got {say(miss.actual)}{where}{minute}"


def _minute(failed: "Failed") -> int:
    return 0 if failed.scanned_at is None else int(failed.scanned_at.total_seconds() // 60)


def as_json(report: "CasesReport") -> dict[str, Any]:
    """The report as one document."""
    return {
        "schema": SCHEMA,
        "ok": report.ok,
        "judges": list(report.judges),
        "rules": report.rules,
        "counts": {outcome: report.count(outcome) for outcome in ("passed", "failed", "not_judged")},
        "without_cases": list(report.without_cases),
        "cases": [_case_json(result) for result in report.results],
    }


def _case_json(result: "CaseResult") -> dict[str, Any]:
    return {
        "recipe": result.recipe,
        "kind": result.kind,
        "name": result.name,
        **_place(result.at),
        "outcome": result.outcome,
        "judge": result.judge,
        "vendor": result.vendor,
        "reason": result.reason,
        "failed": [
            {
                "what": failed.miss.what,
                **_place(failed.at),
                "mode": failed.mode,
                "scanned_at_minute": None if failed.scanned_at is None else _minute(failed),
                "expected": failed.miss.expected,
                "actual": failed.miss.actual,
                "why": failed.miss.why,
            }
            for failed in result.failed
        ],
    }


def _place(at: Location | None) -> dict[str, Any]:
    return {"path": at.path if at else None, "line": at.line if at else None}


def display_path(path: str | None) -> str:
    """The file as reports name it; a recipe that was built in Python has none."""
    return Path(path).as_posix() if path else "(no file)"
