"""Whether the bounds that a recipe sets are kept. A bound that cannot be judged is not kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...model.findings import CheckOutcome, Finding, GateVerdict, Severity
from ..audit import Gate

ORDER = tuple(Severity)


def judge(
    gate: Gate, *, findings: Sequence[Finding], checks: Sequence[CheckOutcome], previous: int | None
) -> GateVerdict:
    """The verdict. `previous` is the number of findings of the run before; accepted ones count nowhere."""
    reasons = (
        *_severity(gate, findings),
        *_maxima(gate.max_findings, checks),
        *_growth(gate.growth, len(findings), previous),
    )
    configured = bool(gate.severity or gate.max_findings or gate.growth is not None)
    return GateVerdict(passed=not reasons, configured=configured, reasons=reasons)


def _severity(gate: Gate, findings: Iterable[Finding]) -> Iterator[str]:
    if gate.severity is None:
        return
    bound = ORDER.index(gate.severity)
    worse = [finding for finding in findings if ORDER.index(finding.severity) >= bound]
    if gate.new_only:
        worse = [finding for finding in worse if finding.status != "known"]
    if worse:
        of_what = "new finding" if gate.new_only else "finding"
        yield f"{_counted(len(worse), of_what)} of severity {gate.severity} or worse"


def _maxima(bounds: Mapping[str, int], checks: Iterable[CheckOutcome]) -> Iterator[str]:
    for check in checks:
        bound = bounds.get(check.id)
        if bound is None:
            continue
        if check.outcome == "unavailable":
            yield f"{check.id} is bounded, but could not run: {check.reason}"
        elif check.found > bound:
            yield f"{check.id} has {_counted(check.found, 'finding')}, at most {bound} are allowed"


def _growth(bound: float | None, now: int, previous: int | None) -> Iterator[str]:
    if bound is not None and previous is not None and now > previous * (1 + bound):
        yield f"{_counted(now, 'finding')} after {previous}: more than {bound:.0%} growth"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
