import base64
import json
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.connectors.transport_redaction import Redactor

SECRETS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=12, max_size=40)
TEXTS = st.text(max_size=60)


@given(secret=SECRETS, before=TEXTS, after=TEXTS)
def test_a_known_secret_is_masked_in_every_form_it_travels_in(secret, before, after):
    redactor = Redactor([secret], user="ann@acme.test")
    pair = base64.b64encode(f"ann@acme.test/token:{secret}".encode()).decode()
    forms = [secret, quote(secret, safe=""), pair, base64.b64encode(secret.encode()).decode()]

    cleaned = redactor.clean(before + " ".join(forms) + after)

    assert not [form for form in forms if form in cleaned and form not in before + after]


@given(
    secret=st.text(st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=127), min_size=16, max_size=40)
)
def test_an_unknown_secret_is_masked_where_it_looks_like_one(secret):
    texts = [
        f"Authorization: Basic {secret}",
        f"{{'Authorization': 'Bearer {secret}'}}",
        json.dumps({"token": secret}),
        json.dumps({"access_token": secret, "client_secret": secret}),
        f"https://user:{secret}@acme.zendesk.com/api",
        f"ann@acme.test/token:{secret}",
        f"?api_key={secret}&page=2",
    ]

    assert [text for text in texts if secret in Redactor().clean(text)] == []


def test_what_is_no_secret_is_left_alone():
    text = 'GET api/v2/tickets/1: Zendesk answered 404: RecordNotFound; "Not found" (request 5f-1)'

    assert Redactor(["s3cr3t-token"]).clean(text) == text
