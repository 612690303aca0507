"""Conditional requests based on cached responses; `aioheroku.cache` says what is cached and why."""

import hashlib
import hmac
import re
from typing import Final

from attrs import define, field
from multidict import CIMultiDict

from aioheroku._http import Request, Response, Send
from aioheroku.cache import NEVER, UNRELIABLE_ETAGS, Cache, Entry
from aioheroku.errors import ConnectionFailed
from aioheroku.events import Cached, Listener

_is_etag: Final = re.compile(r'"[\x21\x23-\x7e]{0,1000}"').fullmatch
"""A strong ETag as the grammar defines it. Responses with any other value are not cached.

See <https://www.rfc-editor.org/rfc/rfc9110#name-etag>.
"""
_VARIES: Final = ("Range", "Accept", "Accept-Expansion", "Accept-Inclusion")
_CONDITIONS: Final = frozenset({"If-None-Match", "If-Match"})


@define(eq=False)
class CacheMiddleware:
    """Makes GETs conditional if there is a cache entry; a write invalidates the entries that it may have changed.

    Reads `method`, `reads`, `url`, `path`, `headers` and `options.label`; adds `If-None-Match` if there is an entry.
    The key of an entry is made of the incoming request, with the credentials that the session was created with.
    """

    send: Send
    cache: Cache
    emit: Listener | None = None
    _writes: int = field(default=0, init=False)

    async def __call__(self, request: Request) -> Response:
        if not request.changes_nothing:
            try:
                return await self.send(request)
            finally:  # a write that failed may have been executed
                self._writes += 1
                self.cache.drop(_group(request))
        if not self._serves(request):
            return await self.send(request)
        key, writes = _key(request), self._writes
        entry = self.cache.get(key)
        response = await self._validated(request, entry)
        if entry is not None and response.status == 304:
            if self.emit is not None:
                self.emit(Cached(request.method, request.path, request.options.label, validated=True))
            return _refreshed(entry, response)
        if writes == self._writes and self._keeps(request, response):
            kept = Entry(response.etag or "", response.status, tuple(response.headers.items()), response.body)
            self.cache.put(key, _group(request), kept)
        return response

    async def _validated(self, request: Request, entry: Entry | None) -> Response:
        """Send the request; if there is an entry, on the condition that it is out of date."""
        if entry is None or not _is_etag(entry.etag):
            return await self.send(request)
        try:
            return await self.send(request.with_headers({**request.headers, "If-None-Match": entry.etag}))
        except ConnectionFailed as error:
            if not error.sent:  # the entry may be the cause: it must not make this call fail forever
                self.cache.drop(_group(request))
            raise

    def _serves(self, request: Request) -> bool:
        path, headers = request.path, request.headers
        if request.method != "GET" or not headers.keys().isdisjoint(_CONDITIONS) or NEVER.search(path):
            return False
        return path in self.cache.also or (
            (self.cache.lists or "Range" not in headers) and not UNRELIABLE_ETAGS.search(path)
        )

    def _keeps(self, request: Request, response: Response) -> bool:
        if not _is_etag(response.etag or "") or response.status not in (200, 206):
            return False
        return self.cache.lists or request.path in self.cache.also or not response.body.startswith(b"[")


def _key(request: Request) -> bytes:
    """The key: an HMAC of the request, keyed with the credentials."""
    headers = request.headers
    text = "\n".join((request.method, str(request.url), *(headers.get(name, "") for name in _VARIES)))
    return hmac.digest(headers.get("Authorization", "").encode(), text.encode(), hashlib.sha256)


def _group(request: Request) -> str:
    """The group that a write invalidates: the first two segments of the path, such as `/apps/example`."""
    depth = request.path.count("/")
    parts = request.url.raw_path.rsplit("/", depth)[1:]
    if parts[0] in ("organizations", "teams") and parts[1:2] == ["apps"]:
        del parts[0]
    return f"{request.url.origin()}/{'/'.join(parts[:2])}"


def _refreshed(entry: Entry, response: Response) -> Response:
    """The cached response, with its headers updated from the 304."""
    headers: CIMultiDict[str] = CIMultiDict(entry.headers)
    headers.update({name: value for name, value in response.headers.items() if name.lower() != "content-length"})
    return Response(entry.status, headers, entry.body, response.method, response.path, response.reads)
