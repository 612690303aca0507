"""Reads certificates from their DER, without `cryptography`, which is optional."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime

from attrs import frozen

_SAN = bytes.fromhex("551d11")
_NAMES = {"550403": "CN", "550406": "C", "550407": "L", "550408": "ST", "55040a": "O", "55040b": "OU"}
_HOSTNAME = 0x82  # of a subject's alternative names


@frozen
class Certificate:
    """Whom a certificate is for, by whom, and how long."""

    subject: str
    issuer: str
    hostnames: list[str]
    starts: datetime
    expires: datetime


def read(pem: str) -> Certificate:
    """The first certificate of a chain; ValueError or IndexError if it cannot be read."""
    text = pem.partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END CERTIFICATE-----")[0]
    ((_, certificate),) = _items(b64decode("".join(text.split())))
    (_, signed), *_rest = _items(certificate)
    parts = [part for part in _items(signed) if part[0] != 0xA0]  # without the version
    _serial, _algorithm, (_, issuer), (_, validity), (_, subject), _key, *more = parts
    starts, expires = (_moment(tag, value) for tag, value in _items(validity))
    return Certificate(_shown(subject), _shown(issuer), _hostnames(subject, more), starts, expires)


def _hostnames(subject: bytes, more: list[tuple[int, bytes]]) -> list[str]:
    """The alternative names; without any, the common name."""
    named = dict(_name(subject))
    found = [name for tag, value in more if tag == 0xA3 for name in _alternatives(value)]
    return found or [named[name] for name in ("CN",) if name in named]


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Consecutive values, each with its tag."""
    at = 0
    while at < len(data):
        tag, size = data[at], data[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(data[at : at + count], "big"), at + count
        if at + size > len(data):
            raise ValueError("it is cut off")
        yield tag, data[at : at + size]
        at += size


def _name(data: bytes) -> Iterator[tuple[str, str]]:
    for _, relative in _items(data):
        for _, pair in _items(relative):
            (_, kind), (_, value) = _items(pair)
            yield _NAMES.get(kind.hex(), kind.hex()), value.decode("utf-8", "replace")


def _shown(data: bytes) -> str:
    return "".join(f"/{kind}={value}" for kind, value in _name(data))


def _alternatives(data: bytes) -> Iterator[str]:
    for _, several in _items(data):
        for _, extension in _items(several):
            (_, kind), *_, (_, value) = _items(extension)
            if kind == _SAN:
                for _, names in _items(value):
                    yield from (name.decode("ascii", "replace") for tag, name in _items(names) if tag == _HOSTNAME)


def _moment(tag: int, value: bytes) -> datetime:
    form = "%y%m%d%H%M%SZ" if tag == 0x17 else "%Y%m%d%H%M%SZ"
    return datetime.strptime(value.decode("ascii"), form).replace(tzinfo=UTC)
