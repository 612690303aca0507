"""What can go wrong with streams and transfers on demand: each concerns only the streams that it names."""

from typing import ClassVar, Literal

from attrs import evolve, field, frozen

from aioheroku.testing._http.context import RawRequest
from aioheroku.testing._http.response import Response
from aioheroku.testing._http.stream_paths import kind_of
from aioheroku.testing.faults import Answer, Fault

__all__ = [
    "Cut",
    "DoubledLines",
    "ErrorEvent",
    "LargestEvent",
    "LinesPerEvent",
    "LostHistory",
    "LostLines",
    "NotRegistered",
    "Pieces",
    "PlainLines",
    "Rendezvous",
    "Resume",
    "SameSession",
    "ShuffledHistory",
    "Silence",
    "StoreError",
    "StreamFault",
    "WrongBytes",
]


@frozen
class StreamFault(Fault):
    """Base class: requests of other kinds are not affected, and do not count."""

    kinds: ClassVar[frozenset[str]] = frozenset({"logs", "output"})

    def concerns(self, request: RawRequest) -> bool:
        """Whether this request is of its kind."""
        return kind_of(request) in self.kinds


@frozen
class Cut(StreamFault):
    """A stream, a download or an upload ends after this many bytes of body.

    *how*: `end` looks like a clean end, `broken` is an end of file inside the body, `reset` a reset connection. Of an
    attached dyno `broken` is a TLS connection that ends without a close_notify.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"logs", "output", "blob", "attach"})
    at: int = 0
    how: Literal["end", "broken", "reset"] = "end"


@frozen
class Silence(StreamFault):
    """Nothing is sent after this many bytes, but the connection stays open; with *heartbeats*, NUL bytes still are.

    Of an upload, no more than this many bytes are read.
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"logs", "output", "blob", "attach"})
    at: int = 0
    heartbeats: bool = field(default=False, kw_only=True)


@frozen
class Pieces(StreamFault):
    """The body is written in pieces of this many bytes."""

    kinds: ClassVar[frozenset[str]] = frozenset({"logs", "output", "blob", "attach"})
    size: int = 1


@frozen
class PlainLines(StreamFault):
    """Plain text although server-sent events were requested."""


@frozen
class ErrorEvent(StreamFault):
    """A log session reports a failure within the stream: `event: error`, then it ends."""

    kinds: ClassVar[frozenset[str]] = frozenset({"logs"})
    status: int = 404


@frozen
class LostHistory(StreamFault):
    """A log session begins without its history, and reports that: L15."""

    kinds: ClassVar[frozenset[str]] = frozenset({"logs"})


@frozen
class LostLines(StreamFault):
    """The first lines after the history are never sent."""

    kinds: ClassVar[frozenset[str]] = frozenset({"logs"})
    count: int = 1


@frozen
class DoubledLines(StreamFault):
    """Every line is sent this many times."""

    kinds: ClassVar[frozenset[str]] = frozenset({"logs"})
    times: int = 2


@frozen
class LinesPerEvent(StreamFault):
    """Several lines of history share one server-sent event."""

    kinds: ClassVar[frozenset[str]] = frozenset({"logs"})
    count: int = 3


@frozen
class ShuffledHistory(StreamFault):
    """The history of a log session arrives in another order than it was written, which depends on the *seed*."""

    kinds: ClassVar[frozenset[str]] = frozenset({"logs"})
    seed: int = 0


@frozen
class SameSession(Fault):
    """All new log sessions have the address of the first one, as two created in the same second had."""

    _made: list[Response] = field(factory=list[Response], init=False, repr=False, eq=False)

    def concerns(self, request: RawRequest) -> bool:
        """Whether it creates a log session."""
        return request.method == "POST" and request.path.endswith("/log-sessions")

    def after(self, response: Response, request: RawRequest) -> Response:  # noqa: ARG002 - part of the hook
        """The first response again."""
        self._made.append(response)
        return evolve(response, body=self._made[0].body)


@frozen
class Resume(StreamFault):
    """How an offset is interpreted: `honoured` (200), `partial` (206), `ignored` (200, all again), `refused` (416).

    It applies to outputs, and to downloads, which are never `honoured`. Of logs, the offset is the `Last-Event-ID` of
    an event source: the history begins after it, or is sent again, as usual, or the session is over (404).
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"logs", "output", "blob"})
    how: Literal["honoured", "partial", "ignored", "refused"] = "honoured"


@frozen
class LargestEvent(StreamFault):
    """A server-sent event of an output loses its bytes beyond this many, although its id counts them."""

    kinds: ClassVar[frozenset[str]] = frozenset({"output"})
    size: int = 32 * 1024


@frozen
class StoreError(StreamFault):
    """The store refuses, with S3's XML: `RequestTimeTooSkewed`, `AccessDenied`, `SlowDown`, `InternalError` ..."""

    kinds: ClassVar[frozenset[str]] = frozenset({"blob"})
    code: str
    status: int = 403


@frozen
class WrongBytes(StreamFault):
    """A download whose last byte is changed: its checksum is wrong."""

    kinds: ClassVar[frozenset[str]] = frozenset({"blob"})


@frozen
class Rendezvous(StreamFault):
    """Attaching fails: `refused` (nobody listens), `slow` (no line for *seconds*), `garbage` instead of the line.

    With `joined` the line arrives together with the first output. With `no status` the exit-status marker is missing,
    with `half status` only its line end; `unread` resets the connection after the marker, as after a command that did
    not read its input; `lost` drops the client.
    """

    how: Literal["refused", "slow", "garbage", "joined", "no status", "half status", "unread", "lost"]
    seconds: float = 40.0

    def concerns(self, request: RawRequest) -> bool:
        """Whether this is the step of attaching that fails."""
        return kind_of(request) == ("dial" if self.how == "refused" else "attach")


def NotRegistered() -> Answer:  # noqa: N802 - reads as the faults do
    """404 for an output whose writer has not started yet; give it `path="/streams/*"`."""
    return Answer(404, "Channel is not registered.\n")
