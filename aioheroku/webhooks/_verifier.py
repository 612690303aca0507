"""The signature of a delivery: base64 of HMAC-SHA256 over the raw body."""

import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias, cast

from aioheroku._strings import Masked, mask
from aioheroku.errors import InvalidRequest, MissingSignature, WrongSignature
from aioheroku.webhooks._delivery import Delivery, parse

SIGNATURE_HEADER: Final = "Heroku-Webhook-Hmac-SHA256"
"""The header that holds the signature."""

Headers: TypeAlias = Mapping[str, Any] | Iterable[tuple[str | bytes, str | bytes]]
"""The headers of a request: a mapping, pairs as ASGI has them, or the environment of WSGI."""


class Verifier:
    """Verifies that a request is a delivery from Heroku, and decodes it.

    It needs no web framework, and threads and tasks may share it.

    Args:
        secrets: The secret of the webhook: `secret` of the result of `app_webhooks.create`, or what was given there.
            Several are all valid: give the old and the new one while a secret is rotated.

    Raises:
        InvalidRequest: no secret was given, or an empty one.
    """

    __slots__ = ("_secrets",)

    def __init__(self, *secrets: str) -> None:
        if not secrets:
            raise InvalidRequest("give the secret of the webhook.", "secrets")
        masked: list[Masked] = []
        for secret in secrets:
            if not isinstance(secret, str) or not secret:  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidRequest("a secret is a string that is not empty.", "secrets")
            masked.append(mask(secret))
        self._secrets = tuple(masked)

    def __repr__(self) -> str:
        return f"Verifier({', '.join(repr('***') for _ in self._secrets)})"

    def receive(self, body: bytes, headers: Headers) -> Delivery:
        """The delivery that a request holds.

        Args:
            body: The raw body, as it was received.
            headers: The headers of the request: a mapping (also that of WSGI), or pairs of bytes as ASGI has them. The
                case of their names does not matter.

        Raises:
            MissingSignature: the request is not signed.
            WrongSignature: the signature was not made of this body with one of the secrets.
            InvalidDelivery: the body is not JSON, or not a delivery.
            InvalidRequest: the body is not bytes, or the headers are not headers.
        """
        self.verify(body, headers)
        return parse(bytes(body))

    def verify(self, body: bytes, headers: Headers) -> None:
        """Check the signature of a request alone, in constant time.

        Args:
            body: The raw body, as it was received.
            headers: The headers of the request: a mapping (also that of WSGI), or pairs of bytes as ASGI has them. The
                case of their names does not matter.

        Raises:
            MissingSignature: the request is not signed.
            WrongSignature: the signature was not made of this body with one of the secrets.
            InvalidRequest: the body is not bytes, or the headers are not headers.
        """
        if not isinstance(body, bytes | bytearray | memoryview):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidRequest(f"expected the raw body as bytes, got {type(body).__name__}.", "body")
        signature = _signature(headers).strip().encode("utf-8", "replace")
        if not signature:
            raise MissingSignature(SIGNATURE_HEADER)
        # Each secret is tried, so that the time does not reveal which one fits.
        fits = [hmac.compare_digest(_signed(secret, body), signature) for secret in self._secrets]
        if not any(fits):
            raise WrongSignature


def _signature(headers: Headers) -> str:
    wanted = SIGNATURE_HEADER.lower()
    pairs: Any = cast("Mapping[str, Any]", headers).items() if hasattr(headers, "items") else headers
    try:
        return next((_text(value) for name, value in pairs if _plain(name) == wanted and value), "")
    except (AttributeError, TypeError, ValueError):
        raise InvalidRequest(f"expected the headers of a request, got {type(headers).__name__}.", "headers") from None


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _plain(name: str | bytes) -> str:
    """The name of a header; WSGI and CGI write it `HTTP_HEROKU_...`."""
    return _text(name).lower().replace("_", "-").removeprefix("http-")


def _signed(secret: str, body: bytes) -> bytes:
    return b64encode(hmac.digest(secret.encode(), body, "sha256"))
