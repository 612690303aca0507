"""What streams and transfers are made of: log lines, outputs, blobs, addresses, attached dynos."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Any, Literal

from attrs import Factory, define, field, frozen

KEPT = 1500
"""Lines that the platform keeps of each app."""


@frozen
class Line:
    """A log line; `raw` is what goes over the wire, without its LF."""

    number: int
    raw: bytes
    source: str
    process: str

    def matches(self, source: str | None, dyno: str | None) -> bool:
        """Whether a session with these filters shows it: `dyno` is a dyno's name or a process type."""
        if source and self.source != source:
            return False
        return not dyno or self.process == dyno or self.process.startswith((f"{dyno}.", f"{dyno}-"))


@define(eq=False)
class LogBook:
    """The newest lines of an app."""

    lines: deque[Line] = field(factory=lambda: deque[Line](maxlen=KEPT + 1))
    written: int = 0

    def write(self, raw: bytes, source: str, process: str) -> None:
        """Add a line."""
        self.lines.append(Line(self.written, raw, source, process))
        self.written += 1

    def since(self, number: int) -> list[Line]:
        """The lines from this number on, as far as they are kept."""
        first = self.written - len(self.lines)
        skip = max(0, number - first)
        return [self.lines[index] for index in range(skip, len(self.lines))]


@define(eq=False)
class Output:
    """What a build or a release phase writes."""

    data: bytearray = Factory(bytearray)
    ended: float | None = None  # when its writer closed it


@define(eq=False)
class Blob:
    """A stored object; None until it was uploaded."""

    file: IO[bytes] | None = None
    size: int = 0
    sha256: str = ""

    @classmethod
    def of(cls, data: bytes) -> "Blob":
        """An object with this content."""
        file = new_file()
        file.write(data)
        return cls(file, len(data), sha256(data).hexdigest())

    def read(self) -> bytes:
        """All of it."""
        if self.file is None:
            return b""
        self.file.seek(0)
        return self.file.read()

    def close(self) -> None:
        """Close its file."""
        if self.file is not None:
            self.file.close()
            self.file = None


@frozen
class Address:
    """What a presigned address leads to: it must match byte for byte, and it expires."""

    kind: Literal["cedar", "fir", "output", "put", "get", "ssh"]
    id: str
    expires: float
    given: Mapping[str, Any] = Factory(dict[str, Any])


@define(eq=False)
class Attached:
    """A one-off dyno, or a process within a dyno, that waits for its client, or has one."""

    app: str
    dyno: str
    name: str
    command: str
    env: Mapping[str, str]
    tty: bool
    ended: bool = False  # stopped, or given up
    taken: bool = False  # a client has come
    exited: Callable[[int], None] = field(default=lambda _: None)  # called with the exit status
    is_inside: bool = False  # a process within a dyno, which stays when that ends


@define(eq=False)
class StreamStore:
    """Everything that streams know; *changed* is called after every change that a reader may wait for."""

    logs: dict[str, LogBook] = Factory(dict[str, LogBook])  # by the app's id
    outputs: dict[str, Output] = Factory(dict[str, Output])  # by the id of the build or release
    blobs: dict[str, Blob] = Factory(dict[str, Blob])  # by `sources/<id>`, `slugs/<id>`
    addresses: dict[str, Address] = Factory(dict[str, Address])  # by path and query
    attached: dict[str, Attached] = Factory(dict[str, Attached])  # by the secret in the attach URL
    changed: Callable[[], None] = field(default=lambda: None)
    detached: Callable[[Attached], None] = field(default=lambda _: None)  # runs a command without a client
    port: int | None = None  # where one-off dynos are attached to
    refused: Callable[[str], int | None] = field(default=lambda _: None)  # the port of one that nobody can attach to

    def log(self, app: str, stamp: str, source: str, process: str, text: str) -> None:
        """Write a line of an app's log."""
        raw = f"{stamp} {source}[{process}]: {text}".encode()
        self.logs.setdefault(app, LogBook()).write(raw, source, process)
        self.changed()

    def begin(self, id: str, text: str) -> None:
        """Open an output with its first text."""
        self.outputs[id] = Output()
        self.write(id, text)

    def write(self, id: str, text: str) -> None:
        """Write to an output, while it is open."""
        output = self.outputs.get(id)
        if output is not None and output.ended is None:
            output.data += text.encode()
            self.changed()

    def end(self, id: str, now: float) -> None:
        """An output is complete."""
        output = self.outputs.get(id)
        if output is not None and output.ended is None:
            output.ended = now
            self.changed()

    def _drop_written(self, id: str) -> None:
        self.outputs.pop(id, None)
        if (blob := self.blobs.pop(id, None)) is not None:
            blob.close()

    def drop(self, app: str, outputs: Iterable[str], slugs: Iterable[str]) -> None:
        """Delete what an app has: its log, these outputs, the blobs of these slugs, every address, attached dynos."""
        self.logs.pop(app, None)
        gone = {app, *outputs, *(f"slugs/{id}" for id in slugs)}
        for id in gone:
            self._drop_written(id)
        self.addresses = {path: address for path, address in self.addresses.items() if address.id not in gone}
        for secret, attached in list(self.attached.items()):
            if attached.app == app:
                attached.ended = True
                del self.attached[secret]
        self.changed()

    def close(self) -> None:
        """Remove what was uploaded."""
        for blob in self.blobs.values():
            blob.close()


def new_file() -> IO[bytes]:
    """A file without a name: archives may be larger than memory."""
    return TemporaryFile(buffering=0)
