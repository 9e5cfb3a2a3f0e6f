import pytest

from cstoolkit.connectors import CONNECTORS, connect
from cstoolkit.errors import ProjectError, StoreError


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
