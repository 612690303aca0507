"""Content-Encoding of requests and responses."""

import zlib

from aioheroku.testing._errors import ErrorResponse

LARGEST = 1024**2
"""Bytes that a request body may have when it is decoded."""

_GZIP = 31
_WINDOWS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS)}  # deflate: both in use


def decode(body: bytes, coding: str) -> bytes:
    """The body of a request without its coding: 400 if it has another one, 413 if it becomes too large."""
    coding = coding.strip().lower()
    if coding in {"", "identity"} or not body:
        return body
    for window in _WINDOWS.get(coding, ()):
        decoder = zlib.decompressobj(window)
        try:
            text = decoder.decompress(body, LARGEST + 1)
        except zlib.error:
            continue
        if len(text) > LARGEST:
            raise too_large()
        if decoder.eof:
            return text
    raise ErrorResponse(400, "bad_request", f"Unable to decode the request body as {coding!r}.")


def encode(body: bytes) -> bytes:
    """The body of a response as gzip."""
    coder = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
    return coder.compress(body) + coder.flush()


def too_large() -> ErrorResponse:
    """413 for a body that is too large."""
    return ErrorResponse(413, "request_entity_too_large", "The request body is too large.")
