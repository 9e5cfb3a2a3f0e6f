import socket
import ssl
import stat
from pathlib import Path

import pytest
import requests

from cstoolkit.errors import ProjectError, StoreError
from cstoolkit.sandbox import Sandbox
from sandbox.calls import AS_ADMIN

ADDRESS = "https://acme.zendesk.com/api/v2/users/me.json"


@pytest.fixture
def sandbox(make_cstoolkit_sandbox, tmp_path: Path) -> Sandbox:
    return make_cstoolkit_sandbox({"acme": "zendesk"}, tls=True, state=tmp_path)


def test_vendor_address_leads_here_with_a_certificate_that_holds(sandbox: Sandbox):
    with sandbox.resolving():
        answer = requests.get(ADDRESS, headers=AS_ADMIN, verify=str(sandbox.certificate), timeout=10)

    assert answer.json()["user"]["url"].startswith("https://acme.zendesk.com/api/v2/users/")


def test_nobody_trusts_it_unasked(sandbox: Sandbox):
    with sandbox.resolving(), pytest.raises(requests.exceptions.SSLError):
        requests.get(ADDRESS, headers=AS_ADMIN, timeout=10)


def test_other_names_resolve_as_always_and_afterwards_all_do(sandbox: Sandbox):
    real = socket.getaddrinfo

    with sandbox.resolving():
        assert socket.getaddrinfo("127.0.0.1", 80)[0][4] == ("127.0.0.1", 80)
        assert socket.getaddrinfo("ACME.zendesk.com", 443)[0][4] == ("127.0.0.1", sandbox.tls_port)

    assert socket.getaddrinfo is real


def test_authority_is_kept_for_the_next_start_and_its_key_is_private(tmp_path: Path):
    with Sandbox({"acme": "zendesk"}, tls=True, state=tmp_path) as first:
        certificate = first.certificate
        assert certificate is not None
        before = certificate.read_bytes()
    with Sandbox({"acme": "zendesk"}, tls=True, state=tmp_path):
        assert certificate.read_bytes() == before

    assert stat.S_IMODE((tmp_path / "ca.key").stat().st_mode) == 0o600
    ssl.create_default_context(cafile=str(certificate))


def test_damaged_authority_is_explained(tmp_path: Path):
    (tmp_path / "ca.pem").write_text("nonsense")
    (tmp_path / "ca.key").write_text("nonsense")

    with pytest.raises(StoreError, match="certificate authority"), Sandbox(tls=True, state=tmp_path):
        pass


def test_without_tls_there_is_nothing_to_resolve_to(make_cstoolkit_sandbox):
    with pytest.raises(ProjectError, match="no TLS port"):
        make_cstoolkit_sandbox().resolving()


def test_environment_names_the_authority(sandbox: Sandbox):
    assert sandbox.environment()["REQUESTS_CA_BUNDLE"] == str(sandbox.certificate)
