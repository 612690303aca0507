"""Key."""

import struct
from base64 import b64decode
from hashlib import md5

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._state.table import Row, Table

routes = Routes("Key")

KINDS = frozenset(
    {"ssh-rsa", "ssh-dss", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"}
)


@routes.list("/account/keys", "fingerprint", "id")
def listing(context: RequestContext) -> Table[Row]:
    """The account's SSH keys."""
    return context.account.keys


@routes.get("/account/keys/{key}")
def info(context: RequestContext) -> Row:
    """One key, by id or fingerprint."""
    return context.find(context.account.keys, "key", "key")


@routes.post("/account/keys", {"public_key": str})
def create(context: RequestContext) -> Row:
    """Add a public key; 422 for one that cannot be read, and for one that an account has already."""
    text: str = context.parameters()["public_key"].strip()
    fingerprint, comment = read(text)
    if any(account.keys.find(fingerprint) for account in context.state.accounts.values()):
        raise invalid("Fingerprint has already been taken")
    return context.account.keys.add(
        {"comment": comment, "email": comment, "fingerprint": fingerprint, "public_key": text, **context.dated()}
    )


@routes.delete("/account/keys/{key}")
def delete(context: RequestContext) -> Row:
    """Delete a key."""
    row = info(context)
    context.account.keys.remove(row)
    return row


def read(text: str) -> tuple[str, str]:
    """The fingerprint and the comment of a key in the one-line form of OpenSSH."""
    kind, _, rest = text.partition(" ")
    encoded, _, comment = rest.strip().partition(" ")
    try:
        blob = b64decode(encoded, validate=True)
        fields = _fields(blob)
    except (ValueError, struct.error):
        fields, blob = [], b""
    if kind not in KINDS or "\n" in text or len(fields) < 2 or fields[0] != kind.encode() or not all(fields):
        raise invalid("Key is not a valid ssh public key.")
    return md5(blob, usedforsecurity=False).digest().hex(":"), comment.strip()


def _fields(blob: bytes) -> list[bytes]:
    """The parts of a key, each with its length before it; ValueError if they do not add up."""
    fields = list[bytes]()
    while blob:
        (size,) = struct.unpack_from(">I", blob)
        if len(blob) < 4 + size:
            raise ValueError("cut short")
        fields.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return fields
