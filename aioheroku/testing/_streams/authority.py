"""A certificate authority of this run, and the certificate that one-off dynos are attached with."""

import ipaddress
import ssl
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import define

FILE = "aioheroku-testing.pem"


@define(eq=False)
class Authority:
    """The server's context, and the file that a client must trust, which is written when it is first needed."""

    server: ssl.SSLContext
    pem: bytes
    _directory: "TemporaryDirectory[str] | None" = None

    @property
    def file(self) -> Path:
        """The certificate, PEM."""
        if self._directory is None:
            self._directory = TemporaryDirectory(prefix="aioheroku-")
            Path(self._directory.name, FILE).write_bytes(self.pem)
        return Path(self._directory.name, FILE)

    def close(self) -> None:
        """Delete the file, with its directory."""
        if self._directory is not None:
            self._directory.cleanup()


def make() -> Authority | None:
    """One with the certificate that this process has made today; None without `cryptography`."""
    made = _made(datetime.now(UTC).date())
    return None if made is None else Authority(*made)


@lru_cache(maxsize=1)
def _made(day: date) -> tuple[ssl.SSLContext, bytes] | None:
    """A certificate for names of this machine, for a month from that day, and the context of servers that have it."""
    try:
        from cryptography import x509  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    begins, ends = (datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days) for days in (-1, 30))
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "aioheroku simulated platform")])
    hosts = [
        x509.DNSName("localhost"),
        *(x509.IPAddress(ipaddress.ip_address(text)) for text in ("127.0.0.1", "::1")),
    ]
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begins, ends)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with TemporaryDirectory(prefix="aioheroku-") as directory:  # only its owner may read it, and it is gone at once
        file = Path(directory, "key.pem")
        file.write_bytes(pem + private)
        server.load_cert_chain(file)
    return server, pem
