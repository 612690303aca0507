"""The command as a process that starts quickly: a fork of one that has imported it.

Python and its imports take most of the time of a short command, and the tests start it hundreds of times. In CI, where
AIOHEROKU_SOAK is set, each is a process from its beginning, as users have it; so is each that tests how it begins or
ends.
"""

import fcntl
import os
import selectors
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from io import FileIO
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Final, Self

CONTEXT: Final = get_context("forkserver")
CONTEXT.set_forkserver_preload(["pytest", "tests._support.killed", "tests._support.preloaded"])


class Fork:
    """A process of the command, with what the tests use of `subprocess.Popen`; streams that are None are pipes."""

    def __init__(
        self, words: Sequence[str], env: Mapping[str, str], streams: Sequence[int | None], *, terminal: bool = False
    ) -> None:
        ours: list[FileIO | None] = [None, None, None]
        given: list[int] = []
        for number, stream in enumerate(streams):
            if stream is None:
                read, write = os.pipe()
                ours[number] = FileIO(write, "wb") if number == 0 else FileIO(read, "rb")
                given.append(read if number == 0 else write)
            else:
                given.append(os.dup(stream))
        self.stdin, self.stdout, self.stderr = ours
        theirs = [Connection(descriptor) for descriptor in given]
        self._process = CONTEXT.Process(target=_run, args=(list(words), dict(env), theirs, terminal))
        self._process.start()
        for end in theirs:
            end.close()
        self.pid = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """The exit status, or minus the number of the signal that ended it."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Whether it has ended, and how."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        if not wait([self._process.sentinel], timeout):
            raise subprocess.TimeoutExpired("aioheroku", timeout or 0.0)
        self._process.join()
        return self._process.exitcode or 0

    def send_signal(self, number: int) -> None:
        """Send a signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, input: bytes = b"", timeout: float | None = None) -> tuple[bytes, bytes]:
        """Write this, read all that it writes to pipes, and wait for its end."""
        end = time.monotonic() + (timeout or 600)
        found = {stream: b"" for stream in (self.stdout, self.stderr) if stream is not None and not stream.closed}
        rest = memoryview(input)
        with selectors.DefaultSelector() as selector:
            for stream in found:
                selector.register(stream, selectors.EVENT_READ)
            if self.stdin is not None and not self.stdin.closed:
                if rest:
                    os.set_blocking(self.stdin.fileno(), False)
                    selector.register(self.stdin, selectors.EVENT_WRITE)
                else:
                    self.stdin.close()
            while selector.get_map():
                ready = selector.select(end - time.monotonic())
                if not ready:
                    raise subprocess.TimeoutExpired("aioheroku", timeout or 0.0)
                for key, _ in ready:
                    pipe = key.fileobj
                    assert isinstance(pipe, FileIO)
                    if pipe is self.stdin:
                        rest = rest[_written(pipe, rest) :]
                        done = not rest
                    else:
                        piece = pipe.read(65536)
                        found[pipe] += piece
                        done = not piece
                    if done:
                        selector.unregister(pipe)
                        pipe.close()
        self.wait(end - time.monotonic())
        out = b"" if self.stdout is None else found.get(self.stdout, b"")
        return out, b"" if self.stderr is None else found.get(self.stderr, b"")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *about: object) -> None:
        for stream in (self.stdin, self.stdout, self.stderr):
            if stream is not None:
                stream.close()
        self.wait()


def _written(stream: FileIO, data: memoryview) -> int:
    """How much was written; if nobody reads, all of it counts."""
    try:
        return stream.write(data) or 0
    except BrokenPipeError:
        return len(data)


def _run(words: list[str], env: dict[str, str], streams: list[Connection], terminal: bool) -> None:
    """Be the command: with its streams, its environment, and the terminal as the controlling one."""
    if terminal:
        os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    if terminal:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.environ.clear()
    os.environ.update(env)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - open to the end
    sys.stdout = open(1, "w", buffering=1 if os.isatty(1) else -1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False, errors="backslashreplace")  # noqa: SIM115
    sys.argv = ["aioheroku", *words]
    from aioheroku.cli import main  # imported by `preloaded` already

    main()
