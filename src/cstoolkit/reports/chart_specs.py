"""The four charts as Vega-Lite specs: rows in, a plain dict out. Titles and legends are the page's."""

from collections.abc import Sequence
from typing import Any

from .palette import light
from .svg import Spec

WIDTH = 560
FLOW_HEIGHT = 270
BAR_STEP = 30
BARS_HEIGHT = 272  # many bars get thinner, so that charts side by side stay of one height
FONT = "Arial"  # vl-convert carries its metrics, so label places do not hang on the machine's fonts
LABEL_SIZE = 12
FEW = 10  # fewer days are bars: an area needs a line to stand on

Row = dict[str, Any]


def backlog_spec(rows: Sequence[Row], roles: dict[str, str]) -> Spec:
    """Rows: day, category, tickets, order."""
    days = len({row["day"] for row in rows})
    mark: Row = (
        {"type": "bar", "width": {"band": 0.9}} if days < FEW else {"type": "area", "interpolate": "monotone"}
    )
    color = {
        "field": "category",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(roles), "range": [light(role) for role in roles.values()]},
    }
    encoding = {
        "x": _time("day", days) | ({"timeUnit": "utcyearmonthdate"} if days < FEW else {}),
        "y": {"field": "tickets", "type": "quantitative", "stack": "zero", "title": None, "axis": _counts()},
        "color": color,
        "order": {"field": "order", "type": "quantitative"},
    }
    return _chart(rows, {"mark": mark, "encoding": encoding}, height=FLOW_HEIGHT)


def flow_spec(rows: Sequence[Row]) -> Spec:
    """Rows: start, end, middle, arrived, closed. Bars against a line: no colour is needed to tell them apart."""
    y = {"type": "quantitative", "title": None, "axis": _counts()}
    bars = {
        "mark": {"type": "bar", "color": light("arrived"), "x2Offset": -1.5},
        "encoding": {
            "x": _time("start", len(rows)),
            "x2": {"field": "end"},
            "y": {"field": "arrived", **y},
            "y2": {"datum": 0},
        },
    }
    line = {
        "mark": {
            "type": "line",
            "color": light("closed"),
            "strokeWidth": 2.25,
            "strokeJoin": "round",
            "point": {"filled": True, "size": 24, "color": light("closed")},
        },
        "encoding": {"x": _time("middle", len(rows)), "y": {"field": "closed", **y}},
    }
    return _chart(rows, {"layer": [bars, line]}, height=FLOW_HEIGHT)


def ages_spec(rows: Sequence[Row], groups: Sequence[str], roles: dict[str, str]) -> Spec:
    """Rows: group, bucket, tickets, order, total. One bar a group, its total at the end."""
    y = _names("group", groups)
    bars = {
        "mark": {"type": "bar", "height": {"band": 0.66}},
        "encoding": {
            "x": {
                "field": "tickets",
                "type": "quantitative",
                "stack": "zero",
                "title": None,
                "axis": _counts(),
            },
            "color": {
                "field": "bucket",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": list(roles), "range": [light(role) for role in roles.values()]},
            },
            "order": {"field": "order", "type": "quantitative"},
        },
    }
    totals = {
        "transform": [{"filter": "datum.order === 0"}],
        "mark": _end_label(),
        "encoding": {
            "x": {"field": "total", "type": "quantitative"},
            "text": {"field": "total", "type": "quantitative", "format": ",d"},
        },
    }
    return _chart(rows, {"encoding": {"y": y}, "layer": [bars, totals]}, height=_bars_height(len(groups)))


def checks_spec(rows: Sequence[Row], names: Sequence[str], roles: dict[str, str]) -> Spec:
    """Rows: check, severity, found, previous (or null), end, text. The last run stands behind as a wide ghost."""
    ghosts = {
        "transform": [{"filter": "isValid(datum.previous)"}],
        "mark": {"type": "bar", "height": {"band": 0.84}, "color": light("previous")},
        "encoding": {"x": {"field": "previous", "type": "quantitative", "title": None, "axis": _counts()}},
    }
    bars = {
        "mark": {"type": "bar", "height": {"band": 0.46}},
        "encoding": {
            "x": {"field": "found", "type": "quantitative", "title": None, "axis": _counts()},
            "color": {
                "field": "severity",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": list(roles), "range": [light(role) for role in roles.values()]},
            },
        },
    }
    numbers = {
        "mark": _end_label(),
        "encoding": {
            "x": {"field": "end", "type": "quantitative"},
            "text": {"field": "text", "type": "nominal"},
        },
    }
    y = _names("check", names)
    layers = {"encoding": {"y": y}, "layer": [ghosts, bars, numbers]}
    return _chart(rows, layers, height=_bars_height(len(names)))


def _chart(rows: Sequence[Row], body: Row, *, height: int) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 2, "right": 6, "top": 8, "bottom": 2},
        "background": None,
        "data": {"values": list(rows)},
        **body,
        "config": {
            "aria": False,
            "font": FONT,
            "view": {"stroke": None},
            "text": {"font": FONT},
            "axis": {
                "labelFontSize": LABEL_SIZE,
                "labelColor": light("label"),
                "gridColor": light("grid"),
                "domain": False,
                "ticks": False,
                "labelPadding": 8,
            },
        },
    }


def _time(field: str, periods: int) -> Row:
    # Dates without a time are UTC to Vega; its axis would otherwise move them by the machine's zone.
    axis = {
        "format": "%-d %b",
        "tickCount": min(6, periods),
        "grid": False,
        "labelFlush": True,
        "labelOverlap": True,
    }
    return {"field": field, "type": "temporal", "title": None, "scale": {"type": "utc"}, "axis": axis}


def _counts() -> Row:
    return {"tickMinStep": 1, "tickCount": 5, "format": ",d", "labelFlush": False}


def _names(field: str, names: Sequence[str]) -> Row:
    # Vega's own cut may halve a character outside the first plane, and vl-convert fails on that half.
    axis = {"labelLimit": 0, "grid": False, "labelColor": light("ink")}
    return {"field": field, "type": "nominal", "sort": list(names), "title": None, "axis": axis}


def _end_label() -> Row:
    return {"type": "text", "align": "left", "dx": 6, "fontSize": LABEL_SIZE, "color": light("ink")}


def _bars_height(bars: int) -> int:
    return max(3 * BAR_STEP, min(bars * BAR_STEP, BARS_HEIGHT)) + 40
