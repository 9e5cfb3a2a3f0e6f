"""Reports on disk: each is written beside its place and renamed, so nobody ever reads half of one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, which becomes `path` if the block succeeds and vanishes if not.

    Missing folders are made. Raises OSError (a full disk, no permission), with `path` left as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".partial", delete=False
    ) as file:
        aside = Path(file.name)
    try:
        # A temporary file is the owner's alone; a report is as readable as the folder's other files.
        aside.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        yield aside
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def write_report(text: str, path: Path) -> None:
    """Text as UTF-8 with plain newlines on every system, so that equal reports are equal files."""
    with written_aside(path) as aside:
        aside.write_text(text, encoding="utf-8", newline="\n")
