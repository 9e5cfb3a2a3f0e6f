"""A certificate authority of the sandbox's own, for clients that speak https only."""

import ssl
from collections.abc import Iterable
from pathlib import Path

from ..errors import StoreError


def make_tls(folder: Path, hosts: Iterable[str]) -> tuple[ssl.SSLContext, Path]:
    """A server context for `hosts`, and the file a client has to trust.

    The authority is made on the first start and kept in `folder`, its key readable by the owner only; who
    trusts the file trusts it for this machine's sandboxes and nothing else uses it.
    """
    import trustme

    certificate, key = folder / "ca.pem", folder / "ca.key"
    try:
        if certificate.exists() and key.exists():
            authority = trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
        else:
            folder.mkdir(parents=True, exist_ok=True)
            authority = trustme.CA(organization_name="cstoolkit sandbox")
            key.touch(mode=0o600)
            key.write_bytes(authority.private_key_pem.bytes())
            certificate.write_bytes(authority.cert_pem.bytes())
    except (OSError, ValueError) as error:
        raise StoreError(
            f"the sandbox's certificate authority in {folder} cannot be used: {error}",
            hint="delete ca.pem and ca.key there; the next start makes new ones",
        ) from error
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*hosts).configure_cert(context)
    return context, certificate
