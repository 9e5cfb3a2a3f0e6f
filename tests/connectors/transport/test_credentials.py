import os
import sys
from types import SimpleNamespace

import pytest

from cstoolkit.connectors.credentials import find_credential
from cstoolkit.errors import AuthenticationError

TOKEN = "t0ken-canary-91"
FILE = f'["zendesk:acme"]\nuser = "ann@acme.test"\ntoken = "{TOKEN}"\n'


def test_the_environment_gives_it():
    environ = {"ZENDESK_EMAIL": "ann@acme.test", "ZENDESK_TOKEN": TOKEN}

    found = find_credential("zendesk", "acme", environ=environ)

    assert (found.user, found.token) == ("ann@acme.test", TOKEN)


def test_an_accounts_own_variables_go_first():
    environ = {"ZENDESK_OAUTH_TOKEN": "other", "ZENDESK_ACME_TEST_OAUTH_TOKEN": TOKEN}

    assert find_credential("zendesk", "acme-test", environ=environ).oauth_token == TOKEN


def test_a_token_that_is_meant_for_one_account_is_never_sent_to_another():
    environ = {"ZENDESK_SUBDOMAIN": "acme", "ZENDESK_EMAIL": "a@b.c", "ZENDESK_TOKEN": TOKEN}

    with pytest.raises(AuthenticationError, match="zendesk:other"):
        find_credential("zendesk", "other", environ=environ)


def test_a_file_that_only_we_can_read_gives_it(tmp_path):
    path = tmp_path / "credentials.toml"
    path.write_text(FILE)
    path.chmod(0o600)

    assert find_credential("zendesk", "acme", environ={"CSTOOLKIT_CREDENTIALS": str(path)}).token == TOKEN


@pytest.mark.skipif(os.name == "nt", reason="rights are other things there")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(tmp_path, mode):
    path = tmp_path / "credentials.toml"
    path.write_text(FILE)
    path.chmod(mode)

    with pytest.raises(AuthenticationError, match="can be read by others") as caught:
        find_credential("zendesk", "acme", environ={"CSTOOLKIT_CREDENTIALS": str(path)})

    assert "chmod 600" in caught.value.hint


def test_a_broken_file_is_named_without_what_is_in_it(tmp_path):
    path = tmp_path / "credentials.toml"
    path.write_text(f"token = {TOKEN}")
    path.chmod(0o600)

    with pytest.raises(AuthenticationError) as caught:
        find_credential("zendesk", "acme", environ={"CSTOOLKIT_CREDENTIALS": str(path)})

    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_keyring_is_asked_last(monkeypatch):
    held = {("cstoolkit", "zendesk:acme"): f"ann@acme.test:{TOKEN}"}
    keyring = SimpleNamespace(get_password=lambda service, name: held.get((service, name)))
    monkeypatch.setitem(sys.modules, "keyring", keyring)

    assert find_credential("zendesk", "acme", environ={}).token == TOKEN


def test_none_at_all_says_what_to_set():
    with pytest.raises(AuthenticationError) as caught:
        find_credential("zendesk", "acme", environ={})

    assert "ZENDESK_TOKEN" in caught.value.hint


def test_the_secret_is_not_in_the_repr():
    environ = {"ZENDESK_EMAIL": "a@b.c", "ZENDESK_TOKEN": TOKEN, "ZENDESK_OAUTH_TOKEN": TOKEN}

    assert TOKEN not in repr(find_credential("zendesk", "acme", environ=environ))


def test_freshdesk_takes_an_api_key_for_the_account_that_the_environment_names():
    environ = {"FRESHDESK_DOMAIN": "acme.freshdesk.com", "FRESHDESK_API_KEY": TOKEN}

    found = find_credential("freshdesk", "acme", environ=environ)

    assert (found.api_key, found.secrets) == (TOKEN, (TOKEN,))
    assert TOKEN not in repr(found)
    with pytest.raises(AuthenticationError, match="freshdesk:other") as caught:
        find_credential("freshdesk", "other", environ=environ)
    assert "FRESHDESK_API_KEY" in caught.value.hint


def test_the_keyring_gives_an_api_key_alone(monkeypatch):
    kept = {("cstoolkit", "freshdesk:acme"): TOKEN}
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=lambda *name: kept.get(name)))

    assert find_credential("freshdesk", "acme", environ={}).api_key == TOKEN
