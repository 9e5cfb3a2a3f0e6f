"""Findings of lint as JUnit XML: a suite a file, a test case a finding; what is let pass is skipped."""

from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from .test import display_path
from .test_junit import _xml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..lint.findings import Finding


def render_junit(findings: "Sequence[Finding]") -> str:
    """The document. Notes are test cases that passed; without any finding there is one that did."""
    root = ET.Element("testsuites", name="cstoolkit lint")
    for path, group in groupby(findings, key=lambda one: one.at.path if one.at else None):
        cases = list(group)
        suite = ET.SubElement(root, "testsuite", {"name": display_path(path), **_counts(cases)})
        for finding in cases:
            suite.append(_case(finding))
    if not findings:
        suite = ET.SubElement(root, "testsuite", name="cstoolkit lint", tests="1", failures="0", skipped="0")
        ET.SubElement(suite, "testcase", classname="cstoolkit", name="nothing found")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _counts(cases: "Sequence[Finding]") -> dict[str, str]:
    failed = sum(one.suppressed is None and one.severity != "info" for one in cases)
    skipped = sum(one.suppressed is not None for one in cases)
    return {"tests": str(len(cases)), "failures": str(failed), "skipped": str(skipped)}


def _case(finding: "Finding") -> ET.Element:
    name = f"{finding.code} {finding.name}: {finding.message}"
    case = ET.Element("testcase", classname=finding.rule, name=_xml(name))
    if finding.at is not None:
        case.set("file", display_path(finding.at.path))
        case.set("line", str(finding.at.line))
    if finding.suppressed is not None:
        ET.SubElement(case, "skipped", message=_xml(finding.suppressed))
    elif finding.severity != "info":
        failure = ET.SubElement(case, "failure", message=_xml(finding.message), type=finding.severity)
        failure.text = _xml("\n".join((finding.message, finding.hint or "", *finding.trace)).strip())
    return case
