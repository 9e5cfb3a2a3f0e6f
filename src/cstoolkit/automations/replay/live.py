"""Rules as an account holds them -> a list that a replay can play, where an engine for them exists."""

from collections.abc import Sequence
from pathlib import Path

from ...connectors.base import Directory
from ...connectors.local.compiled import from_native
from ...engines.neutral import Account
from ...errors import ProjectError
from ...model.rules import NativeRule
from .lists import FreshdeskRules, NeutralRules, Rules, ZendeskRules


def live_rules(rules: Sequence[NativeRule], directory: Directory, account: Account) -> Rules:
    """The list; an empty one where there are no rules.

    An embedded helpdesk holds neutral rules, so the neutral engine runs them, in the order that they stand in.
    Raises ProjectError for rules of a vendor that no engine replays.
    """
    vendors = sorted({rule.vendor for rule in rules})
    if vendors == ["zendesk"]:
        return ZendeskRules(tuple(rules), account)
    if vendors == ["freshdesk"]:
        return FreshdeskRules(tuple(rules), account)
    if vendors not in ([], ["local"]):
        raise ProjectError(
            f"rules of {' and '.join(vendors)} cannot be replayed yet",
            hint="compare with recipes: --live PATH",
        )
    return NeutralRules(tuple(from_native(rule, directory) for rule in rules if rule.active), account)


def rules_in_file(path: Path, account: Account) -> Rules:
    """Rules in a JSON file as the vendor's API gives them. Raises RecipeError."""
    from ..native_rule_files import read_native_file

    file = read_native_file(path)
    if file.vendor == "freshdesk":
        return FreshdeskRules(file.rules, account, names=file.names.ids, lookups=file.lookups)
    return ZendeskRules(file.rules, account, names=file.names.ids, lookups=file.lookups)
