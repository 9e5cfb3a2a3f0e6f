import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given

from cstoolkit.model.findings import AUDIT_SCHEMA_VERSION, AuditReport, Metric
from cstoolkit.reports.json_report import published_schema, render_json, render_schema
from reports.builders import a_busy_report, a_finding, a_report
from reports.hostile import hostile_text

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(published_schema()), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def test_the_published_schema_is_the_models_own():
    assert published_schema() == render_schema(), (
        "write it anew: python -c 'from cstoolkit.reports import json_report as j; print(j.render_schema(), end=str())'"
        " > src/cstoolkit/reports/audit-report.schema.json"
    )


@pytest.mark.parametrize("report", [a_report(), a_busy_report()], ids=["bare", "busy"])
def test_a_report_obeys_the_published_schema(report):
    VALIDATOR.validate(json.loads(render_json(report)))


@pytest.mark.parametrize(
    "damage",
    [{"schema_version": None}, {"findings": [{}]}, {"extra": 1}, {"as_of": "yesterday-ish"}, {"fixed": "7"}],
)
def test_the_schema_refuses_what_is_no_report(damage):
    document = {**json.loads(render_json(a_report())), **damage}

    # `date-time` is checked by the format checker only where a package for it is installed.
    errors = list(VALIDATOR.iter_errors(document))
    assert errors or "as_of" in damage


def test_the_model_reads_its_own_json_back():
    text = render_json(a_busy_report())

    assert render_json(AuditReport.model_validate_json(text)) == text


@given(hostile_text)
def test_customer_text_is_kept_whole(text):
    document = json.loads(render_json(a_report(findings=[a_finding(title=text)])))

    assert document["findings"][0]["title"] == text


def test_the_version_comes_first_and_keys_keep_their_order():
    document = json.loads(render_json(a_report()))

    assert list(document) == list(AuditReport.model_fields)
    assert next(iter(document.items())) == ("schema_version", AUDIT_SCHEMA_VERSION)


def test_evidence_of_any_kind_becomes_plain_values():
    at = datetime(2026, 3, 1, 10, tzinfo=UTC)
    evidence = {
        "z": 0.123456789, "a": 3.0, "nan": float("nan"), "span": timedelta(hours=2), "set": {"b", "a"},
        "decimal": Decimal("1.5"), "at": at, "on": date(2026, 3, 1), "list": [1, (2,)], "none": None, "yes": True,
    }  # fmt: skip

    document = json.loads(render_json(a_report(findings=[a_finding(evidence=evidence)])))

    assert document["findings"][0]["evidence"] == {
        "a": 3, "at": "2026-03-01T10:00:00Z", "decimal": 1.5, "list": [1, [2]], "nan": None, "none": None,
        "on": "2026-03-01", "set": ["a", "b"], "span": 7200, "yes": True, "z": 0.1235,
    }  # fmt: skip
    assert list(document["findings"][0]["evidence"]) == sorted(evidence)


def test_the_order_of_a_mapping_does_not_show():
    one, other = ({"a": 1, "b": 2}, {"b": 2, "a": 1})

    assert render_json(a_report(definitions={}, findings=[a_finding(evidence=one)])) == render_json(
        a_report(definitions={}, findings=[a_finding(evidence=other)])
    )


def test_a_figure_without_a_value_is_null():
    metric = Metric(id="x", title="X", value=float("inf"), unit="seconds", text="never")

    assert json.loads(render_json(a_report(metrics=(metric,))))["metrics"][0]["value"] is None
