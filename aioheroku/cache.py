"""Conditional requests: an answer is kept with its ETag, and a 304 says that it still holds.

Nothing is served without asking the platform, which charges a token for a 304 as for any answer: what a cache saves
is bytes and parsing. It is off unless a session is given one.

ETags lie where an answer shows the name of something else: a release keeps its ETag when its app is renamed. So only
single objects are kept, without those that `LYING` matches; `lists` and `also` ask for more. What was written below
`/apps/{x}` (by this session, whatever came of it) is forgotten. Tokens are never kept: see `NEVER`.
See <https://devcenter.heroku.com/articles/platform-api-reference#caching>.
"""

import hashlib
import hmac
import re
from collections import OrderedDict
from collections.abc import Collection
from typing import Final, Protocol

from attrs import define, field, frozen, validators
from multidict import CIMultiDict

from aioheroku.errors import ConnectionFailed
from aioheroku.events import Cached, Listener
from aioheroku.http import Request, Response, Send

LYING: Final = re.compile(
    r"/apps/[^/]+/(addons|buildpack-installations|collaborators|dynos|formation|log-drains|releases)(/|$)"
    r"|/(addons|app-setups|organizations/apps|account/app-transfers)/"
)
"""Paths whose answers show another object's name, or whose ETag was seen to stay when the answer changed."""
NEVER: Final = re.compile(r"/oauth/|/schema$|/account/rate-limits$")
"""What is never kept: answers that hold tokens, one larger than all others together, one that always changes."""
_is_etag: Final = re.compile(r'"[\x21\x23-\x7e]{0,1000}"').fullmatch
"""A strong ETag as the grammar has it. A response may hold anything; only what can be sent back is kept.

See <https://www.rfc-editor.org/rfc/rfc9110#name-etag>.
"""
_VARIES: Final = ("Range", "Accept", "Accept-Expansion", "Accept-Inclusion")
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@frozen
class Entry:
    """An answer that was kept."""

    etag: str
    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


class Cache(Protocol):
    """Where answers are kept. Keys are secrets: who has one may read its entry."""

    lists: bool
    also: Collection[str]

    def get(self, key: bytes) -> Entry | None:
        """What was kept under this key."""
        ...

    def put(self, key: bytes, group: str, entry: Entry) -> None:
        """Keep an entry; `group` names the app (or other object) that it belongs to."""
        ...

    def drop(self, group: str) -> None:
        """Forget all entries of a group."""
        ...


@define(eq=False)
class MemoryCache:
    """Keeps the answers used last, in this process.

    Args:
        max_entries: how many at most.
        lists: keep pages of lists too.
        also: templates such as `/apps/{app}/releases/{release}` to keep although their ETags may lie.
    """

    max_entries: int = field(default=1000, validator=validators.ge(1))
    lists: bool = False
    also: Collection[str] = ()
    _entries: OrderedDict[bytes, tuple[str, Entry]] = field(
        factory=OrderedDict[bytes, tuple[str, Entry]], init=False, repr=False
    )
    _groups: dict[str, set[bytes]] = field(factory=dict[str, set[bytes]], init=False, repr=False)

    def get(self, key: bytes) -> Entry | None:
        """What was kept under this key."""
        found = self._entries.get(key)
        if found is None:
            return None
        self._entries.move_to_end(key)
        return found[1]

    def put(self, key: bytes, group: str, entry: Entry) -> None:
        """Keep an entry, and forget the one that was not used for longest when there is no room."""
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
        """Send the request, and keep its response or use the kept one."""
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
                return _revived(entry, response)
        if writes == self._writes and self._keeps(request, response):
            kept = Entry(response.etag or "", response.status, tuple(response.headers.items()), response.body)
            self.cache.put(key, _group(request), kept)
        return response

    def _serves(self, request: Request) -> bool:
        path, headers = request.path, request.headers
        if request.method != "GET" or "If-None-Match" in headers or "If-Match" in headers or NEVER.search(path):
            return False
        return path in self.cache.also or ((self.cache.lists or "Range" not in headers) and not LYING.search(path))

    def _keeps(self, request: Request, response: Response) -> bool:
        if not _is_etag(response.etag or "") or response.status not in (200, 206):
            return False
        return self.cache.lists or request.path in self.cache.also or not response.body.startswith(b"[")


def _key(request: Request) -> bytes:
    """A digest that only who has the credentials can compute."""
    headers = request.headers
    asked = "\n".join((request.method, str(request.url), *(headers.get(name, "") for name in _VARIES)))
    return hmac.digest(headers.get("Authorization", "").encode(), asked.encode(), hashlib.sha256)


def _group(request: Request) -> str:
    """The object at the root of a path: `/apps/example` for all that is below it, whoever asks."""
    depth = request.path.count("/")
    parts = request.url.raw_path.rsplit("/", depth)[1:]
    if parts[:2] == ["organizations", "apps"]:
        del parts[0]
    return f"{request.url.origin()}/{'/'.join(parts[:2])}"


def _revived(entry: Entry, answer: Response) -> Response:
    """The kept answer, with the headers of the 304 in place of its own."""
    headers: CIMultiDict[str] = CIMultiDict(entry.headers)
    headers.update({name: value for name, value in answer.headers.items() if name.lower() != "content-length"})
    return Response(entry.status, headers, entry.body, answer.method, answer.path)
