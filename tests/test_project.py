"""The project: variables by environment, secrets on request only."""

import pytest

from cstoolkit.automations.project_file import load_project
from cstoolkit.errors import ProjectError
from cstoolkit.project import Project, reveal

TEXT = """
connections:
  zd: {address: "zendesk:acme", auth: {user: ops@example.com, token: "${secret.ZD_TOKEN}"}}
environments:
  test: {connections: [zd]}
  live: {connections: [zd], protected: true, vars: {team: Live}}
calendars:
  emea: {zone: Europe/Berlin, hours: {mon-fri: "09:00-17:30"}, holidays: DE-BE}
vars: {team: Test}
"""


@pytest.fixture
def project(tmp_path) -> Project:
    (tmp_path / "cstoolkit.yaml").write_text(TEXT)
    return load_project(tmp_path / "cstoolkit.yaml")


def test_project_has_what_the_file_says(project, tmp_path):
    assert project.connections["zd"].vendor == "zendesk"
    assert project.calendars["emea"].zone == "Europe/Berlin"
    assert project.environments["live"].protected
    assert project.folder == tmp_path


def test_variables_of_an_environment_go_before_the_projects(project):
    assert project.variables() == {"team": "Test"}
    assert project.variables("live") == {"team": "Live"}


def test_unknown_environment_names_the_nearest(project):
    with pytest.raises(ProjectError) as caught:
        project.variables("life")

    assert 'did you mean "live"?' in caught.value.hint


def test_secret_comes_from_the_environment_and_is_not_printed(project):
    secrets = project.connections["zd"].secrets({"ZD_TOKEN": "s3cret"})

    assert secrets["token"].get_secret_value() == "s3cret"
    assert "s3cret" not in f"{secrets} {project!r} {secrets['token']}"


def test_secret_comes_from_a_file(project, tmp_path):
    (tmp_path / "token").write_text("s3cret\n")

    secrets = project.connections["zd"].secrets({"ZD_TOKEN_FILE": str(tmp_path / "token")})

    assert secrets["token"].get_secret_value() == "s3cret"


@pytest.mark.parametrize("environ", [{}, {"ZD_TOKEN_FILE": "/does/not/exist"}])
def test_missing_secret_is_named(project, environ):
    with pytest.raises(ProjectError, match="ZD_TOKEN"):
        project.connections["zd"].secrets(environ)


def test_text_around_a_secret_stays():
    assert reveal("Bearer ${secret.A} and ${var.b}", {"A": "x"}) == "Bearer x and ${var.b}"
