"""Caches for conditional requests: a response is stored with its ETag, and a 304 confirms that it is still valid.

Every response is validated by the platform, which takes a token for a 304 as for any other response: a cache saves
bytes and parsing, not tokens. A session has no cache by default.

ETags are unreliable where a response embeds another object's name: a release keeps its ETag when its app is renamed.
So only single objects are cached, except those that match `UNRELIABLE_ETAGS`; `lists` and `also` add more. A write
below `/apps/{x}`, whatever its outcome, drops all entries there. Tokens are never cached: see `NEVER`.
See <https://devcenter.heroku.com/articles/platform-api-reference#caching>.
"""

import re
from collections import OrderedDict
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from attrs import define, field, frozen

from aioheroku._http import RATE_LIMITS
from aioheroku._options import checked, whole

if TYPE_CHECKING:
    from aioheroku.cache._disk import DiskCache

__all__ = ["NEVER", "UNRELIABLE_ETAGS", "Cache", "DiskCache", "Entry", "MemoryCache"]

UNRELIABLE_ETAGS: Final = re.compile(
    r"/apps/[^/]+/(addons|buildpack-installations|collaborators|dynos|formation|log-drains|releases)(/|$)"
    r"|/(addons|app-setups|(organizations|teams)/apps|account/app-transfers)/"
)
"""Paths of responses that embed another object's name, or whose ETag was observed to stay the same after a change."""
NEVER: Final = re.compile(rf"/oauth/|/schema$|{RATE_LIMITS}$")
"""Paths that are never cached: responses with tokens, the huge schema, and the rate limit, which always changes."""


@frozen
class Entry:
    """A cached response."""

    etag: str
    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


@runtime_checkable
class Cache(Protocol):
    """Interface of a cache. Keys are secrets: anyone who has one may read its entry."""

    lists: bool
    also: Collection[str]

    def get(self, key: bytes) -> Entry | None:
        """The entry of this key, or `None`."""
        ...

    def put(self, key: bytes, group: str, entry: Entry) -> None:
        """Store an entry; `group` names the app (or other object) that it belongs to."""
        ...

    def drop(self, group: str) -> None:
        """Remove all entries of a group."""
        ...


@define(eq=False)
class MemoryCache:
    """An in-memory cache of the most recently used responses.

    Args:
        max_entries: maximum number of entries.
        lists: cache pages of lists too.
        also: templates such as `/apps/{app}/releases/{release}` to cache although their ETags are unreliable.
    """

    max_entries: int = field(default=1000, validator=checked(whole))
    lists: bool = False
    also: Collection[str] = ()
    _entries: OrderedDict[bytes, tuple[str, Entry]] = field(
        factory=OrderedDict[bytes, tuple[str, Entry]], init=False, repr=False
    )
    _groups: dict[str, set[bytes]] = field(factory=dict[str, set[bytes]], init=False, repr=False)

    def get(self, key: bytes) -> Entry | None:
        """The entry of this key, or `None`."""
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
        """Remove all entries of a group."""
        for key in self._groups.pop(group, ()):
            self._entries.pop(key, None)

    def clear(self) -> None:
        """Remove all entries."""
        self._entries.clear()
        self._groups.clear()

    def __len__(self) -> int:
        return len(self._entries)


def __getattr__(name: str) -> Any:
    if name == "DiskCache":
        from aioheroku.cache._disk import DiskCache  # noqa: PLC0415 - needs an extra, rarely used

        return DiskCache
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
