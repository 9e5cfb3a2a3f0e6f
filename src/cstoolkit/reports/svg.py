"""Vega-Lite specs to small inline SVG: coloured by the page, free of ids, scripts and addresses."""

import re
from typing import Any
from xml.etree import ElementTree as ET

from .figures import THIN
from .palette import ROLE_OF

Spec = dict[str, Any]

NAMESPACE = "http://www.w3.org/2000/svg"
NUMBERS = {"decimal": ".", "thousands": THIN, "grouping": [3], "currency": ["", ""]}  # as in the text
KEPT_TAGS = frozenset({"svg", "g", "path", "line", "rect", "circle", "text", "tspan"})
KEPT_ATTRIBUTES = frozenset(
    {"d", "x", "y", "x2", "y2", "width", "height", "viewBox", "transform", "fill", "stroke", "opacity",
     "fill-opacity", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linejoin", "text-anchor",
     "stroke-linecap", "stroke-miterlimit", "font-size", "font-weight", "r", "cx", "cy", "rx", "ry"}
)  # fmt: skip
LONG_FRACTION = re.compile(r"(\d+\.\d{2})\d+")
INVISIBLE = frozenset({"M0,0h0v0h0Z", ""})


def draw(spec: Spec) -> str:
    """The chart as an `<svg>` element; the same spec gives the same text.

    The drawing is hidden from screen readers: each chart stands beside a table that says the same.
    """
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[], format_locale=NUMBERS)
    root = ET.fromstring(drawn)  # noqa: S314 - made by vl_convert just now, from our spec
    _strip(root)
    root.attrib = {"viewBox": root.attrib["viewBox"], "aria-hidden": "true", "focusable": "false"}
    return ET.tostring(root, encoding="unicode")


def _strip(element: ET.Element) -> None:
    """Keep what draws. Customer text is in these drawings, so what is kept is listed, not what is dropped."""
    element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    element.attrib = {
        name: _value(value) for name, value in element.attrib.items() if name in KEPT_ATTRIBUTES
    }
    for child in list(element):
        if child.tag.removeprefix(f"{{{NAMESPACE}}}") not in KEPT_TAGS or _is_empty(child):
            element.remove(child)
        else:
            _strip(child)


def _is_empty(element: ET.Element) -> bool:
    return element.get("display") == "none" or element.get("d", "unset") in INVISIBLE


def _value(value: str) -> str:
    role = ROLE_OF.get(value.lower())
    return f"var(--{role})" if role else LONG_FRACTION.sub(r"\1", value)
