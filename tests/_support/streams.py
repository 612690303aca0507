"""In place of the network of streams: an `Open` and a `Dial` by script, and all ways to cut bytes into pieces."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from aioheroku._seams import Dialing, Opening

CASES: Counter[str] = Counter()
"""How many ways to cut were tried, by module."""


def cuts(data: bytes, what: str) -> Iterator[list[bytes]]:
    """A message whole, byte by byte, cut in two at every byte, and in three where it is short."""
    ways = [[data], [data[i : i + 1] for i in range(len(data))]]
    ways += [[data[:i], data[i:]] for i in range(len(data) + 1)]
    if len(data) <= 60:
        ways += [[data[:i], data[i:j], data[j:]] for i in range(len(data) + 1) for j in range(i, len(data) + 1)]
    for way in ways:
        CASES[what] += 1
        yield way


class Body:
    """A response by script: pieces, and errors where they are to be raised."""

    def __init__(
        self, *pieces: bytes | BaseException, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.headers = status, headers or {}
        self.pieces, self.is_closed = list(pieces), False

    async def read(self) -> bytes:
        piece = self.pieces.pop(0) if self.pieces else b""
        if isinstance(piece, BaseException):
            raise piece
        return piece

    def close(self) -> None:
        self.is_closed = True


class Opens:
    """An `Open` that gives its responses one after the other."""

    def __init__(self, bodies: Iterable[Body | BaseException]) -> None:
        self.bodies, self.seen = list(bodies), list[Opening]()

    async def __call__(self, opening: Opening) -> Body:
        self.seen.append(opening)
        body = self.bodies.pop(0)
        if isinstance(body, BaseException):
            raise body
        return body


class Line(Body):
    """A pipe by script, which remembers what was written."""

    written = b""

    async def write(self, data: bytes) -> None:
        self.written += data


class Dials:
    """A `Dial` that gives its pipes one after the other."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines, self.seen = list(lines), list[Dialing]()

    async def __call__(self, dialing: Dialing) -> Line:
        self.seen.append(dialing)
        return self.lines.pop(0)
