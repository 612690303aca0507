"""The command as a process: in pipes, and on a terminal of its own. Nothing sleeps: what is awaited is output."""

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from aioheroku.testing import Platform
from tests._support.forks import Fork
from tests._support.secrets import watch
from tests._support.thorough import SOAK

Process = Fork | subprocess.Popen[bytes]

_PATIENCE: Final = 40.0
"""Seconds after which a test fails: a machine that is busy is slow."""
_LAUNCH: Final = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
"""Makes the terminal the controlling one, so that Ctrl-C on it is a signal, and becomes the command."""
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\r")
_LAUNCHER: Final = 3
"""The words of a command line that start Python and the module."""
_GROUPS: Final = {"config", "maintenance", "wait"}
"""Commands whose second word names one of their own."""
_STREAMS: Final = {"deploy", "logs", "run", "wait"}
"""Commands that open streams, and so take an authority to verify them with."""


def environment(platform: Platform | None, **more: str) -> dict[str, str]:
    """The environment of a command: the token, and nothing of who runs the tests."""
    kept = {
        name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME", "LANG", "SSL_CERT_FILE") if name in os.environ
    }
    token = {} if platform is None else {"HEROKU_API_KEY": platform.token}
    return {**kept, "TERM": "xterm-256color", **token, **more}


def arguments(platform: Platform | None, *words: object) -> list[str]:
    """The command line; on a platform its address and authority stand behind the command's name."""
    where = [] if platform is None else ["--base-url", platform.url]
    if where and words[0] in _STREAMS and platform:
        where += ["--ca-file", str(platform.authority)]
    head = 2 if words[0] in _GROUPS else 1
    return [sys.executable, "-m", "aioheroku", *map(str, words[:head]), *where, *map(str, words[head:])]


def start(
    platform: Platform | None, *words: object, env: Mapping[str, str] | None = None, stdout: int | None = None
) -> Process:
    """Begin it, in pipes or with its output elsewhere."""
    line, given = arguments(platform, *words), environment(platform, **(env or {}))
    if not SOAK:
        return Fork(line[_LAUNCHER:], given, (None, stdout, None))
    pipe = subprocess.PIPE
    out = pipe if stdout is None else stdout
    return subprocess.Popen(line, stdin=pipe, stdout=out, stderr=pipe, bufsize=0, env=given)  # noqa: S603


def command(
    platform: Platform | None,
    *words: Any,
    input: bytes = b"",
    env: Mapping[str, str] | None = None,
    stdout: IO[Any] | None = None,
) -> "subprocess.CompletedProcess[bytes]":
    """Run it to its end, in pipes or with its output elsewhere."""
    with start(platform, *words, env=env, stdout=None if stdout is None else stdout.fileno()) as process:
        out, err = process.communicate(input, timeout=_PATIENCE)
    out = out or b""
    watch.check("output", out.decode("utf-8", "replace"))
    watch.check("errors", err.decode("utf-8", "replace"))
    return subprocess.CompletedProcess(words, process.returncode or 0, out, err)


class Background:
    """A command that is running, in pipes; it is killed where a test forgets it."""

    def __init__(self, platform: Platform | None, *words: Any, env: Mapping[str, str] | None = None) -> None:
        self.process = start(platform, *words, env=env)
        self.errors = b""

    def line(self) -> bytes:
        """The next line of output; empty at its end."""
        stdout = self.process.stdout
        assert stdout is not None
        found = b""
        while not found.endswith(b"\n"):
            assert select.select([stdout], [], [], _PATIENCE)[0], "no output"
            piece = stdout.read(1)
            if not piece:
                break
            found += piece
        return found

    def until(self, text: bytes) -> bytes:
        """Wait until this stands on standard error."""
        stderr = self.process.stderr
        assert stderr is not None
        while text not in self.errors:
            assert select.select([stderr], [], [], _PATIENCE)[0], self.errors
            piece = os.read(stderr.fileno(), 65536)
            assert piece, self.errors
            self.errors += piece
        return self.errors

    def end(self) -> tuple[int, bytes]:
        """The exit status, and what stood on standard error."""
        _, rest = self.process.communicate(timeout=_PATIENCE)
        return self.process.returncode or 0, self.errors + rest

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


class Terminal:
    """A command on a terminal of its own."""

    def __init__(
        self,
        platform: Platform | None,
        *words: Any,
        env: Mapping[str, str] | None = None,
        size: tuple[int, int] = (24, 80),
    ) -> None:
        self.screen, inner = pty.openpty()
        termios.tcsetwinsize(inner, size)
        self.mode = termios.tcgetattr(inner)
        self.inner = inner
        line, given = arguments(platform, *words), environment(platform, **(env or {}))
        if SOAK:
            self.process: Process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-S", "-c", _LAUNCH, *line],
                stdin=inner,
                stdout=inner,
                stderr=inner,
                start_new_session=True,
                env=given,
            )
        else:
            self.process = Fork(line[_LAUNCHER:], given, (inner, inner, inner), terminal=True)
        self.seen = b""

    def until(self, *texts: bytes) -> bytes:
        """Wait until all of these were shown."""
        end = time.monotonic() + _PATIENCE
        while not all(text in self.seen for text in texts):
            assert time.monotonic() < end, self.seen
            self._read(1.0)
        return self.seen

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.screen, keys)

    def interrupt(self) -> None:
        """Press Ctrl-C as quickly as a person could: when the command waits for a key.

        Python notices a signal between two instructions or while it waits, not on the way from one to the other.
        """
        state = Path(f"/proc/{self.process.pid}/stat")
        end = time.monotonic() + _PATIENCE
        while state.exists() and state.read_text().rpartition(")")[2].split()[0] != "S" and time.monotonic() < end:
            time.sleep(0.001)
        self.press(b"\x03")

    def shown(self) -> str:
        """All that was shown, without colours and movements of the cursor."""
        return _CONTROL.sub("", self.seen.decode(errors="replace"))

    def end(self) -> int:
        """The exit status; all that was shown is in `seen`."""
        end = time.monotonic() + _PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, self.seen
            self._read(0.1)
        while self._read(0.0):
            pass
        watch.check("screen", self.seen.decode("utf-8", "replace"))
        return self.process.returncode or 0

    def is_as_before(self) -> bool:
        """Whether the terminal is in the mode that it was in before."""
        return bool(termios.tcgetattr(self.inner) == self.mode)

    def _read(self, seconds: float) -> bytes:
        if not select.select([self.screen], [], [], seconds)[0]:
            return b""
        piece = os.read(self.screen, 65536)
        self.seen += piece
        return piece

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.screen)
        os.close(self.inner)
