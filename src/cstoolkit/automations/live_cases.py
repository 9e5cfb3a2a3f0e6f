"""`kind: cases`: tests of the rules that an account has, as its API gives them, in the vendor's own engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ..engines.neutral import Account, NeutralEngine
from ..errors import CstoolkitError, RecipeError
from ..model.data_problems import did_you_mean
from ..model.words import Text, refuse
from ..project import Project
from .cases_syntax import Case
from .recipe import Recipe
from .ticket_engine import TicketEngine


class LiveCase(Case):
    """A test of a live list. `rule` is the title or the id of the rule that it is about; None: all of them."""

    rule: Text | None = None


class CasesRecipe(Recipe):
    """Tests over the rules of one account. `live` is a JSON file of rules, or a connection whose store holds them."""

    NOUN: ClassVar[str] = "a file of cases"

    kind: Literal["cases"]
    live: Text
    tests: Annotated[tuple[LiveCase, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _judges_one_engine(self) -> Self:
        for index, case in enumerate(self.tests):
            if case.differs:
                hint = "live rules are judged by their own engine alone"
                raise refuse('"differs" says nothing here', "key", hint, path=("tests", index, "differs"))
        return self


@dataclass(frozen=True)
class LiveRules:
    """The rules of an account, ready to be played: the engine, and of each rule the name steps have, id and title."""

    engine: TicketEngine
    rules: Sequence[tuple[str, str, str]]
    judge: str
    vendor: Literal["neutral", "zendesk", "freshdesk"]

    def find(self, recipe: CasesRecipe, index: int, rule: str) -> str:
        """The name that steps have for a rule, by its title or id. Raises RecipeError with the nearest titles."""
        found = [each[0] for each in self.rules if rule in each]
        if len(found) == 1:
            return found[0]
        path = ("tests", index, "rule")
        if found:
            ids = ", ".join(each[1] for each in self.rules if rule in each)
            hint = f"say which by its id: {ids}"
            raise RecipeError(
                [recipe.problem(path, f'{len(found)} rules are called "{rule}"', "name", hint=hint)]
            )
        hint = did_you_mean(rule, [title for *_, title in self.rules], label="rules are")
        raise RecipeError(
            [recipe.problem(path, f'there is no rule "{rule}" in {recipe.live}', "name", hint=hint)]
        )


def read_live(recipe: CasesRecipe, project: Project, account: Account) -> LiveRules:
    """The rules that a file of cases names. Raises RecipeError at its `live`."""
    try:
        file = _file(recipe, project)
        return _from_file(file, recipe, project, account) if file else _from_store(recipe, project, account)
    except RecipeError:
        raise
    except CstoolkitError as error:
        raise RecipeError([recipe.problem(("live",), str(error), "name", hint=error.hint)]) from None


def _file(recipe: CasesRecipe, project: Project) -> Path | None:
    """The file that `live` is; None where it is a connection. Paths are seen from the project's folder."""
    if ":" in recipe.live or recipe.live in project.connections:
        return None
    folder = project.folder or Path(recipe.path or ".").parent
    file = folder / recipe.live
    if file.is_file():
        return file
    names = ", ".join(project.connections) or "none"
    hint = f"paths are seen from {folder.resolve()}; connections are: {names}"
    raise CstoolkitError(f'there is no file and no connection "{recipe.live}"', hint=hint)


def _from_file(file: Path, recipe: CasesRecipe, project: Project, account: Account) -> LiveRules:
    from ..engines.zendesk.rules import name_of
    from .native_rule_files import read_native_file

    native = read_native_file(file)
    targets = [name for name in recipe.targets or () if name in project.connections]
    switches = project.connections[targets[0]].switches if targets else {}
    engine = native.engine(native.rules, account, switches)
    rules = [(name_of(rule), rule.id or "", rule.title) for rule in native.rules]
    return LiveRules(engine, rules, native.judge, native.vendor)


def _from_store(recipe: CasesRecipe, project: Project, account: Account) -> LiveRules:
    from ..connectors.local.compiled import from_native
    from ..connectors.local.directory import LocalDirectory
    from ..connectors.local.rules import read_rules
    from ..connectors.named import find_connection
    from ..store.database import Store

    with Store.open(find_connection(recipe.live, project).synced_store()) as store:
        native = [rule for rule in read_rules(store) if rule.active]
        if not native or any(rule.vendor != "local" for rule in native):
            hint = 'save what the API lists as JSON ({"triggers": [...]}), and name the file'
            raise CstoolkitError(f"the store of {recipe.live} holds no rules that can be run", hint=hint)
        rules = [from_native(rule, LocalDirectory(store)) for rule in native]
    named = [(rule.id, rule.id, rule.title) for rule in rules]
    return LiveRules(NeutralEngine(rules, account=account), named, "the neutral engine", "neutral")
