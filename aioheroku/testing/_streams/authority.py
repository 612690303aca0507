"""A certificate authority of this run, and the certificate that one-off dynos are attached with."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen

FILE = "aioheroku-testing.pem"


@frozen
class Authority:
    """The server's context, and the file that a client must trust; the directory goes with it."""

    server: ssl.SSLContext
    file: Path
    directory: "TemporaryDirectory[str]"


def make() -> Authority | None:
    """A certificate for names of this machine, made now; None without `cryptography`."""
    try:
        from cryptography import x509  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    directory = TemporaryDirectory(prefix="aioheroku-")
    now, day = datetime.now(UTC), timedelta(days=1)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "aioheroku simulated platform")])
    hosts = [
        x509.DNSName("localhost"),
        *(x509.IPAddress(ipaddress.ip_address(text)) for text in ("127.0.0.1", "::1")),
    ]
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + 30 * day)
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
    file, private = Path(directory.name, FILE), Path(directory.name, "key.pem")
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.touch(mode=0o600)
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(file, private)
    private.unlink()
    return Authority(server, file, directory)
