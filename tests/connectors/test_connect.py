import pytest

from cstoolkit.connectors import CONNECTORS, connect
from cstoolkit.connectors.named import VENDORS, find_connection
from cstoolkit.errors import AuthenticationError, ProjectError, StoreError
from cstoolkit.project import Project


def test_an_address_opens_the_helpdesk_for_reading(path, clock):
    with connect(f"local:{path}", clock=clock) as desk:
        assert (desk.name, desk.vendor, desk.capabilities.writes) == ("desk", "local", False)


def test_it_is_writable_when_asked(path, clock):
    with connect(f"local:{path}", clock=clock, writable=True) as desk:
        assert desk.capabilities.writes


def test_an_unknown_vendor_is_named_with_those_that_are_known(clock):
    with pytest.raises(ProjectError, match='no vendor "cobbler"') as caught:
        connect("cobbler:acme", clock=clock)

    assert all(vendor in caught.value.hint for vendor in CONNECTORS)


@pytest.mark.parametrize(
    ("address", "hint"), [("acme", "local:acme"), ("local:", "local:FILE"), ("locl:x", "local:x")]
)
def test_what_is_no_address_gets_a_hint_to_one(clock, address, hint):
    with pytest.raises(ProjectError) as caught:
        connect(address, clock=clock)

    assert hint in caught.value.hint


def test_a_missing_file_is_a_store_error(tmp_path, clock):
    with pytest.raises(StoreError, match="does not exist"):
        connect(f"local:{tmp_path / 'nowhere.duckdb'}", clock=clock)


def test_importing_connectors_loads_no_database():
    import subprocess
    import sys

    program = "import sys, cstoolkit.connectors, cstoolkit.store.database; print('duckdb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def a_project(folder, **connections):
    project = Project(connections=connections)
    project.place_in(folder)
    return project


def test_the_name_of_a_connection_opens_it_from_its_projects_folder(path, clock, tmp_path, monkeypatch):
    project = a_project(path.parent, desk={"address": f"local:{path.name}"})
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    with connect("desk", project=project, clock=clock) as desk:
        assert desk.ticket("1").id == "1"


def test_an_unknown_name_is_told_with_those_that_there_are(clock, tmp_path):
    project = a_project(
        tmp_path, acme={"address": "zendesk:acme"}, **{"acme-test": {"address": "zendesk:acme-test"}}
    )

    with pytest.raises(ProjectError, match='no connection "acmee"') as caught:
        connect("acmee", project=project, clock=clock)

    assert caught.value.hint == 'did you mean "acme"? connections are: acme, acme-test'


def test_a_connections_secret_comes_from_the_environment_and_is_named_when_it_is_missing(
    clock, tmp_path, monkeypatch
):
    auth = {"user": "ops@acme.test", "token": "${secret.ZD_CANARY}"}
    project = a_project(tmp_path, acme={"address": "zendesk:acme", "auth": auth, "share": 0.25})

    with pytest.raises(ProjectError, match='the secret "ZD_CANARY" is not set'):
        connect("acme", project=project, clock=clock)
    monkeypatch.setenv("ZD_CANARY", "t0ken")
    with connect("acme", project=project, clock=clock) as desk:
        assert desk.name == "acme"
        assert desk.budget.left == int(desk.budget.per_minute * 0.25)


@pytest.mark.parametrize(
    ("auth", "said"),
    [({"user": "ops@acme.test"}, "is not enough"), ({"user": "a", "pin": "1"}, "does not know pin")],
)
def test_an_auth_that_lets_nobody_in_is_told_with_what_would(clock, tmp_path, auth, said):
    project = a_project(tmp_path, acme={"address": "zendesk:acme", "auth": auth})

    with pytest.raises(AuthenticationError, match=f"the `auth` of acme {said}") as caught:
        connect("acme", project=project, clock=clock)

    assert caught.value.hint == "zendesk takes {user, token} or {oauth_token}"


def test_an_address_that_one_connection_has_is_that_connection(tmp_path):
    project = a_project(tmp_path, acme={"address": "zendesk:acme", "share": 0.2})

    assert find_connection("zendesk:acme", project) == find_connection("acme", project)
    assert find_connection("acme", project).store == tmp_path / ".cstoolkit" / "acme.duckdb"
    assert find_connection("zendesk:other", project).store == tmp_path / ".cstoolkit" / "zendesk-other.duckdb"


def test_vendors_of_addresses_are_those_that_can_be_opened():
    assert set(VENDORS) == set(CONNECTORS)
