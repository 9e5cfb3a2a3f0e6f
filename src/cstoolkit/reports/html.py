"""The audit as one HTML file: it asks for nothing outside itself and works without its script."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..model.findings import AuditReport, Finding
from . import figures
from .charts import make_charts
from .customer_text import NO_NAME, visible, visible_lines, web_link
from .evidence import business_checks, evidence_text
from .figures import count
from .palette import variables
from .tallies import Tally, grouped, most_urgent_first
from .verdict import HEADLINE_FIGURES, verdict

if TYPE_CHECKING:
    from jinja2 import Environment

SHOWN_FINDINGS = 1_200  # of 5,000 findings with long subjects this keeps the file under 2 MB
SHOWN_ACCEPTED = 200
OPEN_OWNERS = 3  # sections that are unfolded from the start, unless they are longer than
OPEN_ROWS = 25
TITLE = 140
NAME = 80
SENTENCE = 400


@dataclass(frozen=True)
class OwnerSection:
    """One owner's findings, the most urgent first; `hidden` more are only in the other formats."""

    tally: Tally
    shown: Sequence[Finding]
    hidden: int


def render_html(report: AuditReport) -> str:
    """The whole page. The same report gives the same text.

    At most SHOWN_FINDINGS findings are listed, the most urgent ones; the page says how many it leaves to the
    XLSX and JSON files.
    """
    sections = _owner_sections(report.findings)
    script = _text("sort.js")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            verdict=verdict(report),
            tiles=report.metrics[:HEADLINE_FIGURES],
            more_metrics=report.metrics[HEADLINE_FIGURES:],
            charts=make_charts(report),
            sections=sections,
            hidden=sum(section.hidden for section in sections),
            owners=sum(section.tally.name is not None for section in sections),
            nobodys=sum(section.tally.total for section in sections if section.tally.name is None),
            open_owners=OPEN_OWNERS,
            open_rows=OPEN_ROWS,
            business_checks=business_checks(report),
            accepted=most_urgent_first(report.accepted)[:SHOWN_ACCEPTED],
            light=variables(dark=False),
            dark=variables(dark=True),
            style=Markup(_text("report.css")),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def _owner_sections(findings: Sequence[Finding]) -> list[OwnerSection]:
    listed = {id(finding) for finding in most_urgent_first(findings)[:SHOWN_FINDINGS]}
    sections = []
    for tally, share in grouped(findings, lambda finding: finding.owner):
        shown = [finding for finding in share if id(finding) in listed]
        sections.append(OwnerSection(tally, shown, len(share) - len(shown)))
    return sections


@cache
def _environment() -> "Environment":
    """Sandboxed: the templates are ours, but a report may one day bring its own."""
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FunctionLoader(_text),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_filters())
    return environment


def _filters() -> dict[str, Any]:
    return {
        "count": count,
        "duration": figures.duration,
        "things": figures.things,
        "instant": figures.instant,
        "day": figures.day,
        "change": figures.change,
        "metric_text": figures.metric_text,
        "evidence": evidence_text,
        "web_link": web_link,
        "title": lambda text: visible(text, TITLE),
        "name": lambda text: visible(text, NAME) or NO_NAME,
        "sentence": lambda text: visible(text, SENTENCE),
        "drawing": Markup,  # for what svg.draw gave: it keeps listed elements and attributes only
        "lines": visible_lines,
    }


def _text(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")
