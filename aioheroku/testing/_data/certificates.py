"""Checks that certificates can be parsed and have the right key, and describes them."""

import binascii
from base64 import b64decode
from itertools import pairwise
from typing import Any

from aioheroku.testing._data import x509
from aioheroku.testing._dates import stamp
from aioheroku.testing._errors import invalid

# Made for this purpose: self-signed, for www.example.com, its key thrown away.
EXAMPLE = """\
-----BEGIN CERTIFICATE-----
MIIBiDCCAS+gAwIBAgIUMG0f9nd48PyM8PR8Bwrikj1VW+IwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPd3d3LmV4YW1wbGUuY29tMB4XDTI2MTEyMzIzNTMyMVoXDTQ2
MTExODIzNTMyMVowGjEYMBYGA1UEAwwPd3d3LmV4YW1wbGUuY29tMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEByyGUljA7FO3mgZJzKYHx2GpJAWsYo7d+U4qP6Nc
yaNYbYwPbRj0Rt0r991J35Mow9xFvqnPLQ7PDoYR12yP86NTMFEwHQYDVR0OBBYE
FEqrnxZb8SpIeuEeeGtkotsJogryMB8GA1UdIwQYMBaAFEqrnxZb8SpIeuEeeGtk
otsJogryMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgVnSgAgRT
ZZyrccfgrcyhA1WL5ySSkzSyTmzu4WBmkpYCIA7ObH9lKzTpzMVKGEvbrDpZi2XF
0l34r6f6c7TtJ1XS
-----END CERTIFICATE-----
"""


def check(chain: str, key: str | None) -> None:
    """422 unless the chain is PEM that parses and the key, if given, is the one of its first certificate.

    With `cryptography` installed both are parsed and compared; without it only their armour and base64 are checked.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - optional
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - optional
        from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - optional
    except ImportError:
        _check_armour(chain, "CERTIFICATE")
        if key is not None:
            _check_armour(key, "PRIVATE KEY")
        return
    try:
        public = load_pem_x509_certificates(chain.encode())[0].public_key()
        mine = load_pem_private_key(key.encode(), None).public_key() if key is not None else public
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _unreadable() from None
    if mine != public:
        raise invalid("The private key does not belong to the certificate.")


def _check_armour(text: str, kind: str) -> None:
    lines = [line.strip() for line in text.strip().splitlines()]
    marks = [number for number, line in enumerate(lines) if line.startswith("-----") and line.endswith(f"{kind}-----")]
    if len(marks) < 2 or len(marks) % 2 or not all(_bodies(lines, marks)):
        raise _unreadable()


def _bodies(lines: list[str], marks: list[int]) -> list[bytes]:
    """What stands between each pair of marks, decoded; an empty one if it cannot be."""
    try:
        return [b64decode("".join(lines[a + 1 : b]), validate=True) for a, b in pairwise(marks)][::2]
    except binascii.Error:
        return [b""]


def _unreadable() -> Exception:
    return invalid("Invalid SSL certificate or key: not a PEM file that can be read.")


def describe(chain: str, id: str) -> dict[str, Any]:
    """The contents of the first certificate of a chain, as an SNI endpoint shows them; 422 if it is unreadable."""
    try:
        read = x509.read(chain)
    except (ValueError, IndexError):
        raise _unreadable() from None
    self_signed = read.subject == read.issuer
    return {
        "acm": False,
        "ca_signed?": not self_signed,
        "cert_domains": read.hostnames,
        "expires_at": stamp(read.expires.timestamp()),
        "id": id,
        "issuer": read.issuer,
        "self_signed?": self_signed,
        "starts_at": stamp(read.starts.timestamp()),
        "subject": read.subject,
    }
