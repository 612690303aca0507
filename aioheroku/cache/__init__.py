"""Conditional requests: a response is cached with its ETag, and a 304 says that it is still valid.

Nothing is served without asking the platform, which charges a token for a 304 as for any response: what a cache saves
is bytes and parsing. It is off unless a session is given one.

ETags are unreliable where a response embeds another object's name: a release keeps its ETag when its app is renamed.
So only single objects are cached, without those that `UNRELIABLE_ETAGS` matches; `lists` and `also` ask for more. A
write below `/apps/{x}`, whatever its outcome, drops all entries there. Tokens are never cached: see `NEVER`.
See <https://devcenter.heroku.com/articles/platform-api-reference#caching>.
"""

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Collection
from typing import Final, Protocol, runtime_checkable

from attrs import define, field, frozen
from multidict import CIMultiDict

from aioheroku._http import Request, Response, Send
from aioheroku._options import checked, whole
from aioheroku.errors import ConnectionFailed
from aioheroku.events import Cached, Listener

UNRELIABLE_ETAGS: Final = re.compile(
    r"/apps/[^/]+/(addons|buildpack-installations|collaborators|dynos|formation|log-drains|releases)(/|$)"
    r"|/(addons|app-setups|organizations/apps|account/app-transfers)/"
)
"""Paths of responses that embed another object's name, or whose ETag was seen to stay when they changed."""
NEVER: Final = re.compile(r"/oauth/|/schema$|/account/rate-limits$")
"""What is never cached: responses that hold tokens, one larger than all others together, one that always changes."""
_is_etag: Final = re.compile(r'"[\x21\x23-\x7e]{0,1000}"').fullmatch
"""A strong ETag as the grammar has it. A response may hold anything; only what can be sent back is cached.

See <https://www.rfc-editor.org/rfc/rfc9110#name-etag>.
"""
_VARIES: Final = ("Range", "Accept", "Accept-Expansion", "Accept-Inclusion")
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@frozen
class Entry:
    """A cached response."""

    etag: str
    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


@runtime_checkable
class Cache(Protocol):
    """Where responses are cached. Keys are secrets: whoever has one may read its entry."""

    lists: bool
    also: Collection[str]

    def get(self, key: bytes) -> Entry | None:
        """The entry of this key, if there is one."""
        ...

    def put(self, key: bytes, group: str, entry: Entry) -> None:
        """Store an entry; `group` names the app (or other object) that it belongs to."""
        ...

    def drop(self, group: str) -> None:
        """Forget all entries of a group."""
        ...


@define(eq=False)
class MemoryCache:
    """Caches the responses used last, in this process.

    Args:
        max_entries: how many at most.
        lists: keep pages of lists too.
        also: templates such as `/apps/{app}/releases/{release}` to keep although their ETags may lie.
    """

    max_entries: int = field(default=1000, validator=checked(whole))
    lists: bool = False
    also: Collection[str] = ()
    _entries: OrderedDict[bytes, tuple[str, Entry]] = field(
        factory=OrderedDict[bytes, tuple[str, Entry]], init=False, repr=False
    )
    _groups: dict[str, set[bytes]] = field(factory=dict[str, set[bytes]], init=False, repr=False)

    def get(self, key: bytes) -> Entry | None:
        """The entry of this key, if there is one."""
        found = self._entries.get(key)
        if found is None:
            return None
        self._entries.move_to_end(key)
        return found[1]

    def put(self, key: bytes, group: str, entry: Entry) -> None:
        """Store an entry, and evict the least recently used one when there is no room."""
        self._entries[key] = group, entry
        self._entries.move_to_end(key)
        self._groups.setdefault(group, set()).add(key)
        while len(self._entries) > self.max_entries:
            oldest, (its_group, _) = self._entries.popitem(last=False)
            keys = self._groups[its_group]
            keys.discard(oldest)
            if not keys:
                del self._groups[its_group]

    def drop(self, group: str) -> None:
        """Forget all entries of a group."""
        for key in self._groups.pop(group, ()):
            self._entries.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._groups.clear()

    def __len__(self) -> int:
        return len(self._entries)


@define(eq=False)
class CacheMiddleware:
    """Makes GETs conditional on what the cache holds; a write forgets what it may have changed.

    Reads `method`, `url`, `path`, `headers` and `options.label`; sends a request with `If-None-Match` where there is
    an entry. Entries are keyed by the request as it came in, with the credentials that the session was made with.
    """

    send: Send
    cache: Cache
    emit: Listener | None = None
    _writes: int = field(default=0, init=False)

    async def __call__(self, request: Request) -> Response:
        """Send the request, and cache its response or use the cached one."""
        if request.method not in _READS:
            try:
                return await self.send(request)
            finally:  # a write that failed may have been executed all the same
                self._writes += 1
                self.cache.drop(_group(request))
        if not self._serves(request):
            return await self.send(request)
        key, writes = _key(request), self._writes
        entry = self.cache.get(key)
        if entry is None or not _is_etag(entry.etag):
            response = await self.send(request)
        else:
            try:
                response = await self.send(request.with_headers({**request.headers, "If-None-Match": entry.etag}))
            except ConnectionFailed as error:
                if not error.sent:  # perhaps because of the entry: no call may depend on it for good
                    self.cache.drop(_group(request))
                raise
            if response.status == 304:
                if self.emit is not None:
                    self.emit(Cached(request.method, request.path, request.options.label, validated=True))
                return _refreshed(entry, response)
        if writes == self._writes and self._keeps(request, response):
            kept = Entry(response.etag or "", response.status, tuple(response.headers.items()), response.body)
            self.cache.put(key, _group(request), kept)
        return response

    def _serves(self, request: Request) -> bool:
        path, headers = request.path, request.headers
        if request.method != "GET" or "If-None-Match" in headers or "If-Match" in headers or NEVER.search(path):
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
    asked = "\n".join((request.method, str(request.url), *(headers.get(name, "") for name in _VARIES)))
    return hmac.digest(headers.get("Authorization", "").encode(), asked.encode(), hashlib.sha256)


def _group(request: Request) -> str:
    """The group that a write invalidates: the first two segments of the path, such as `/apps/example`."""
    depth = request.path.count("/")
    parts = request.url.raw_path.rsplit("/", depth)[1:]
    if parts[:2] == ["organizations", "apps"]:
        del parts[0]
    return f"{request.url.origin()}/{'/'.join(parts[:2])}"


def _refreshed(entry: Entry, response: Response) -> Response:
    """The cached response, with the headers of the 304 in place of its own."""
    headers: CIMultiDict[str] = CIMultiDict(entry.headers)
    headers.update({name: value for name, value in response.headers.items() if name.lower() != "content-length"})
    return Response(entry.status, headers, entry.body, response.method, response.path)
