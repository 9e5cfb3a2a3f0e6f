"""Findings as SARIF 2.1.0, as code hosts read it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
"""

from collections.abc import Iterable, Sequence
from typing import Any

from .code_findings import CodeFinding, CodeRule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render_sarif(
    findings: Iterable[CodeFinding], rules: Sequence[CodeRule], *, version: str
) -> dict[str, Any]:
    """One run of one tool. A finding that is let pass stays in it, as suppressed."""
    listed = list(findings)
    known = {rule.id: index for index, rule in enumerate(rules)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "cstoolkit",
                        "version": version,
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, known) for finding in listed],
            }
        ],
    }


def _rule(rule: CodeRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.name},
        "fullDescription": {"text": rule.about},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _result(finding: CodeFinding, known: dict[str, int]) -> dict[str, Any]:
    text = finding.message if finding.hint is None else f"{finding.message}\n{finding.hint}"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": LEVELS[finding.severity],
        "message": {"text": "\n".join((text, *finding.trace))},
        "locations": _locations(finding),
        "partialFingerprints": {"cstoolkit/v1": finding.fingerprint},
    }
    if finding.code in known:
        result["ruleIndex"] = known[finding.code]
    if finding.suppressed is not None:
        result["suppressions"] = [
            {"kind": "inSource", "status": "accepted", "justification": finding.suppressed}
        ]
    return result


def _locations(finding: CodeFinding) -> list[dict[str, Any]]:
    at = finding.at
    if at is None:
        return []
    region = {"startLine": at.line, "startColumn": at.column}
    if at.length:
        region["endColumn"] = at.column + at.length
    path = at.path.replace("\\", "/")
    return [{"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}]


def _uri(path: str) -> str:
    from urllib.parse import quote

    return f"file://{quote(path)}" if path.startswith("/") else quote(path.removeprefix("./"))
