"""Text as nobody should send it to a helpdesk, and as somebody does."""

from hypothesis import settings
from hypothesis import strategies as st

PIECES = (
    "<script>alert(1)</script>", '"onmouseover="alert(1)', "'><img src=x onerror=alert(1)>", "javascript:alert(1)",
    "</style>", "</table>", "<!--", "]]>", "{{ 7*7 }}", "{% raw %}", "&lt;", "&#x0;", "=1+1", '=HYPERLINK("http://e")',
    "@SUM(A1)", "-2+3", "+cmd|' /C calc'!A0", "<r><t>rich</t></r>", "_x0041_", "\x00", "\x1b[31m", "\u202egnp.exe",
    "\u2066", "\ufffe", "\r\n", "\t", "\u2028", "@here", "@channel", "<!channel>", "<@U123>", "```", "**", "[a](b)",
    "https://evil.example/x", "evil.example", "mailto:a@b.example", "👩\u200d👩\u200d👧", "مرحبا", "e\u0301", "\u00a0",
)  # fmt: skip

hostile_text = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=8).map("".join)

# Where one example is a whole page, workbook or drawing; the share follows the profile.
fewer_examples = settings(max_examples=settings.default.max_examples // 6)
very_few_examples = settings(max_examples=settings.default.max_examples // 15)
