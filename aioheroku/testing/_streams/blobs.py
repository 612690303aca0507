"""The store of sources and slugs: presigned, strict, with S3's errors."""

import asyncio
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import IO

from aiohttp import web

from aioheroku.testing._fault_rules import first
from aioheroku.testing._http.server import reset
from aioheroku.testing._state.stream_store import Address, Blob, new_file
from aioheroku.testing._streams.hub import Hub
from aioheroku.testing._streams.writer import Ended, Writer
from aioheroku.testing.faults import Fault
from aioheroku.testing.stream_faults import Cut, Resume, Silence, StoreError, WrongBytes

_PIECE = 256 * 1024


def refusal(status: int, code: str, text: str = "") -> web.Response:
    """An error as the store writes it."""
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{text or code}</Message>'
        "<RequestId>656c76696e6727732072</RequestId></Error>"
    )
    return web.Response(status=status, text=body, content_type="application/xml")


async def serve(hub: Hub, request: web.BaseRequest, address: Address, faults: tuple[Fault, ...]) -> web.StreamResponse:
    """Store or give an object."""
    for fault in faults:
        if isinstance(fault, StoreError):
            return _closing(refusal(fault.status, fault.code))
    if request.headers.get("Authorization"):
        return _closing(refusal(400, "InvalidArgument", "Only one auth mechanism allowed"))
    if hub.state.now() >= address.expires:
        return _closing(refusal(403, "AccessDenied", "Request has expired"))
    method = {"put": "PUT", "get": "GET"}[address.kind]
    if request.method != method:
        return _closing(refusal(403, "SignatureDoesNotMatch", "The signature does not match the method."))
    blob = hub.state.streams.blobs.setdefault(address.id, Blob())
    return await (_put(hub, request, blob, faults) if method == "PUT" else _get(request, blob, faults))


async def _put(hub: Hub, request: web.BaseRequest, blob: Blob, faults: tuple[Fault, ...]) -> web.StreamResponse:
    if (problem := _problem(request.headers)) is not None:
        return _closing(refusal(*problem))
    file, digest, size = new_file(), sha256(), 0
    try:
        async for piece in request.content.iter_any():
            await asyncio.to_thread(file.write, piece)
            digest.update(piece)
            size += len(piece)
            if await _breaks(hub, request, size, faults):
                file.close()
                reset(request)
                return web.Response()
    except BaseException:
        file.close()
        raise
    if blob.file is not None:
        file.close()
        if digest.hexdigest() != blob.sha256:
            return refusal(412, "PreconditionFailed", "The object was written already.")
    else:
        blob.file, blob.size, blob.sha256 = file, size, digest.hexdigest()
    return web.Response(headers={"ETag": f'"{blob.sha256[:32]}"'})


def _problem(headers: Mapping[str, str]) -> tuple[int, str, str] | None:
    """Why an upload with these headers is refused."""
    if headers.get("Transfer-Encoding"):
        return 501, "NotImplemented", "A header implies functionality that is not implemented."
    if "Content-Length" not in headers:
        return 411, "MissingContentLength", "You must provide the Content-Length HTTP header."
    if headers.get("Content-Type"):
        return 403, "SignatureDoesNotMatch", "The signature was made without a Content-Type."
    return None


async def _breaks(hub: Hub, request: web.BaseRequest, size: int, faults: tuple[Fault, ...]) -> bool:
    """Whether an upload is cut at this size; one that falls silent is cut when the client has disconnected."""
    for fault in faults:
        if isinstance(fault, Silence) and size >= fault.at:
            await hub.while_connected(request)
            return True
        if isinstance(fault, Cut) and size >= fault.at:
            return True
    return False


def _range(request: web.BaseRequest, blob: Blob, how: str) -> tuple[int, int, bool]:
    """Start and end of the requested range, and whether it is partial; ValueError if it is not satisfiable."""
    bounds = slice(None) if how == "ignored" else request.http_range
    start, stop, _ = slice(bounds.start, bounds.stop).indices(blob.size)
    partial = bounds.start is not None or bounds.stop is not None
    if partial and (start >= stop or how == "refused"):
        raise ValueError
    return start, stop, partial


async def _get(request: web.BaseRequest, blob: Blob, faults: tuple[Fault, ...]) -> web.StreamResponse:
    if blob.file is None:
        return refusal(404, "NoSuchKey", "The specified key does not exist.")
    resume = first(faults, Resume)
    try:
        start, stop, partial = _range(request, blob, "partial" if resume is None else resume.how)
    except ValueError:
        return refusal(416, "InvalidRange", "The requested range is not satisfiable")
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(stop - start),
        "Content-Type": "application/octet-stream",
        "ETag": f'"{blob.sha256[:32]}"',
    }
    if partial:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{blob.size}"
    writer = Writer(request, web.StreamResponse(status=206 if partial else 200, headers=headers), faults)
    wrong = first(faults, WrongBytes) is not None
    try:
        await writer.start()
        for piece in _pieces(blob.file, start, stop, wrong=wrong):
            await writer.write(piece)
    except Ended:
        if request.transport is not None:
            request.transport.close()
    return await writer.end()


def _pieces(file: IO[bytes], start: int, stop: int, *, wrong: bool) -> Iterator[bytes]:
    """The bytes from start to stop; the last one is changed if it is to be *wrong*."""
    while start < stop:
        file.seek(start)
        piece = file.read(min(_PIECE, stop - start))
        start += len(piece)
        yield piece[:-1] + bytes([piece[-1] ^ 1]) if wrong and start == stop else piece


def _closing(response: web.Response) -> web.Response:
    """A response that closes the connection instead of reading the request's body."""
    response.force_close()
    return response
