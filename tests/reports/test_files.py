import pytest

from cstoolkit.reports.files import write_report, written_aside


def test_a_report_is_utf8_with_plain_newlines_in_folders_made_for_it(tmp_path):
    path = tmp_path / "out" / "weekly" / "backlog.md"

    write_report("é\n二\n", path)

    assert path.read_bytes() == "é\n二\n".encode()
    assert [entry.name for entry in path.parent.iterdir()] == ["backlog.md"]


def test_until_the_end_the_old_report_stands(tmp_path):
    path = tmp_path / "backlog.md"
    path.write_text("old")

    with written_aside(path) as aside:
        aside.write_text("new")
        assert path.read_text() == "old"

    assert path.read_text() == "new"


def test_a_failure_leaves_the_old_report_and_no_debris(tmp_path):
    path = tmp_path / "backlog.md"
    path.write_text("old")

    with pytest.raises(UnicodeEncodeError):
        write_report("half of it, then what no encoding has: \ud800", path)

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_report_can_be_read_by_the_group_and_an_old_one_keeps_its_mode(tmp_path):
    new, private = tmp_path / "new.md", tmp_path / "private.md"
    private.touch(mode=0o600)

    write_report("x", new)
    write_report("x", private)

    assert (new.stat().st_mode & 0o777, private.stat().st_mode & 0o777) == (0o644, 0o600)


def test_a_place_that_is_a_folder_is_an_error_and_leaves_no_debris(tmp_path):
    (tmp_path / "out").mkdir()

    with pytest.raises(OSError, match="out"):
        write_report("x", tmp_path / "out")

    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]
