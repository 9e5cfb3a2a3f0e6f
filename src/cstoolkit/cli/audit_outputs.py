"""The reports of an audit on disk, in the formats that its recipe asks for."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..automations.audit import AuditRecipe, Output
    from ..model.findings import AuditReport


def write_outputs(
    report: "AuditReport", recipe: "AuditRecipe", *, folder: Path, out: Path | None
) -> tuple[Path, ...]:
    """Write each report beside its place and rename it; returns where they are, HTML first.

    Paths are seen from `folder`. With `out` the files go into that folder under their own names, and a recipe
    without outputs gets one of every format.
    """
    planned = [(output, _place(output, folder, out)) for output in _wanted(recipe, out)]
    pages = [path for output, path in planned if output.format == "html"]
    for output, path in planned:
        _write(report, output, path, full_report=pages[0] if pages else None)
    return tuple(path for _, path in sorted(planned, key=lambda each: each[0].format != "html"))


def _wanted(recipe: "AuditRecipe", out: Path | None) -> tuple["Output", ...]:
    from ..automations.audit import FORMATS, Output

    if recipe.output or out is None:
        return recipe.output
    return tuple(
        Output.model_validate({"format": name, "path": recipe.id + end}) for name, end in FORMATS.items()
    )


def _place(output: "Output", folder: Path, out: Path | None) -> Path:
    path = Path(output.path)
    if out is not None:
        return out / path.name
    # Seen from where the user stands, a shorter name reads better.
    placed = (folder / path).absolute()
    return placed.relative_to(Path.cwd()) if placed.is_relative_to(Path.cwd()) else placed


def _write(report: "AuditReport", output: "Output", path: Path, *, full_report: Path | None) -> None:
    from ..reports.files import write_report

    match output.format:
        case "html":
            from ..reports.html import render_html

            write_report(render_html(report), path)
        case "xlsx":
            from ..reports.xlsx import write_xlsx

            write_xlsx(report, path)
        case "json":
            from ..reports.json_report import render_json

            write_report(render_json(report), path)
        case "markdown":
            from ..reports.markdown import LIMIT, render_markdown

            page = str(full_report) if full_report else None
            write_report(render_markdown(report, output.limit or LIMIT, full_report=page), path)
