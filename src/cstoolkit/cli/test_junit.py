"""Cases as JUnit XML, as CI servers read it: a suite a file, a test case a case."""

import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from .test import case_text, display_path, miss_text

if TYPE_CHECKING:
    from ..automations.cases import CaseResult, CasesReport

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(report: "CasesReport") -> str:
    """The document: a test case for each judge of a case, with what it took. Without a case there is one failure: nothing was tested."""
    root = ET.Element("testsuites", name="cstoolkit")
    for path, results in groupby(report.results, key=lambda result: result.at.path if result.at else None):
        cases = list(results)
        suite = ET.SubElement(root, "testsuite", {"name": display_path(path), **_counts(cases)})
        for result in cases:
            suite.append(_case(result))
    if not report.results:
        suite = ET.SubElement(root, "testsuite", name="cstoolkit", tests="1", failures="1", skipped="0")
        nothing = ET.SubElement(suite, "testcase", classname="cstoolkit", name="something is tested")
        ET.SubElement(nothing, "failure", message="no case was run")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _counts(cases: "list[CaseResult]") -> dict[str, str]:
    outcomes = [case.outcome for case in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(outcomes.count("failed")),
        "skipped": str(outcomes.count("not_judged")),
        "time": _seconds(sum(case.seconds for case in cases)),
    }


def _case(result: "CaseResult") -> ET.Element:
    name = result.name if result.vendor is None else f"{result.name} (at {result.vendor})"
    case = ET.Element("testcase", classname=result.recipe, name=_xml(name), time=_seconds(result.seconds))
    properties = ET.SubElement(case, "properties")
    ET.SubElement(properties, "property", name="judge", value=result.judge)
    if result.at is not None:
        case.set("file", display_path(result.at.path))
        case.set("line", str(result.at.line))
    if result.outcome == "not_judged":
        ET.SubElement(case, "skipped", message=_xml(result.reason or ""))
    elif result.failed:
        message = _xml("; ".join(miss_text(failed) for failed in result.failed))
        ET.SubElement(case, "failure", message=message).text = _xml(case_text(result))
    return case


def _seconds(seconds: float) -> str:
    return f"{seconds:.6f}"


def _xml(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
