"""Where an account is: the host that gets the credential."""

import re
from urllib.parse import urlsplit

from ...errors import ProjectError
from ..credentials import Credential
from ..transport_exchange import LOOPBACK

# Anything more would let an address choose the host that gets the credential.
SUBDOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?", re.ASCII)


def base_of(subdomain: str, credential: Credential) -> str:
    """The account's address. Raises ProjectError for no subdomain, and for one that is not https.

    A credential travels over https, or stays on this machine.
    """
    if not SUBDOMAIN.fullmatch(subdomain):
        raise ProjectError(f'"{subdomain}" is no subdomain', hint="zendesk:acme is acme.zendesk.com")
    base = credential.url or f"https://{subdomain}.zendesk.com"
    parts = urlsplit(base)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ProjectError(f'"{base}" is not an https address', hint="credentials are not sent in the clear")
    return base
