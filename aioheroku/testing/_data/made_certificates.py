"""Certificates of generated apps: DER that parses, with the key of the example and a signature that nobody checks."""

import time
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from aioheroku.testing._data.certificates import EXAMPLE

_INTEGER, _BITS, _OCTETS, _OID, _TEXT, _SEQUENCE, _SET = 0x02, 0x03, 0x04, 0x06, 0x0C, 0x30, 0x31
_HOSTNAME, _VERSION, _EXTENSIONS = 0x82, 0xA0, 0xA3
_UTC, _GENERALIZED = 0x17, 0x18
_COMMON_NAME: Final = bytes.fromhex("0603550403")
_ALTERNATIVES: Final = bytes.fromhex("0603551d11")
_ECDSA: Final = bytes.fromhex("300a06082a8648ce3d040302")
_KEY_BEGINS: Final = bytes.fromhex("3059301306072a8648ce3d0201")
_KEY_SIZE: Final = 91


def certificate(hostnames: Sequence[str], starts: float, expires: float) -> str:
    """A certificate in PEM for these host names, by an authority of the simulation; times are seconds since 1970."""
    example = b64decode("".join(EXAMPLE.split("-----")[2].split()))
    at = example.index(_KEY_BEGINS)
    serial = sha256(f"{starts} {hostnames}".encode()).digest()[:16]
    names = _item(_SEQUENCE, *(_item(_HOSTNAME, name.encode("ascii")) for name in hostnames))
    signed = _item(
        _SEQUENCE,
        _item(_VERSION, _item(_INTEGER, b"\x02")),
        _item(_INTEGER, b"\x01" + serial),
        _ECDSA,
        _name("Example CA"),
        _item(_SEQUENCE, _moment(starts), _moment(expires)),
        _name(hostnames[0]),
        example[at : at + _KEY_SIZE],
        _item(_EXTENSIONS, _item(_SEQUENCE, _item(_SEQUENCE, _ALTERNATIVES, _item(_OCTETS, names)))),
    )
    half = _item(_INTEGER, b"\x01" + serial)
    signature = _item(_BITS, b"\0", _item(_SEQUENCE, half, half))
    text = b64encode(_item(_SEQUENCE, signed, _ECDSA, signature)).decode("ascii")
    body = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


def _item(tag: int, *parts: bytes) -> bytes:
    data = b"".join(parts)
    if len(data) < 0x80:
        return bytes([tag, len(data)]) + data
    size = len(data).to_bytes((len(data).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + data


def _name(text: str) -> bytes:
    return _item(_SEQUENCE, _item(_SET, _item(_SEQUENCE, _COMMON_NAME, _item(_TEXT, text.encode()))))


def _moment(seconds: float) -> bytes:
    """UTCTime has two digits of the year, and ends with 2049."""
    at = time.gmtime(seconds)
    short = 1950 <= at.tm_year < 2050
    form = "%y%m%d%H%M%SZ" if short else "%Y%m%d%H%M%SZ"
    return _item(_UTC if short else _GENERALIZED, time.strftime(form, at).encode("ascii"))
