"""The command as a process: in pipes, and on a terminal of its own. Nothing sleeps: what is awaited is output."""

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from types import TracebackType
from typing import IO, Any, Final, Self

from aioheroku.testing import Platform
from tests._support.secrets import watch

_PATIENCE: Final = 40.0
"""Seconds after which a test fails: a machine that is busy is slow."""
_LAUNCH: Final = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
"""Makes the terminal the controlling one, so that Ctrl-C on it is a signal, and becomes the command."""


def environment(platform: Platform | None, **more: str) -> dict[str, str]:
    """The environment of a command: the token, and nothing of who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "PYTHONPATH", "HOME", "LANG"}}
    token = {} if platform is None else {"HEROKU_API_KEY": platform.token}
    return {**kept, "TERM": "xterm-256color", **token, **more}


def arguments(platform: Platform | None, *words: object) -> list[str]:
    """The command line; on a platform its address and authority stand behind the command's name."""
    where = [] if platform is None else ["--base-url", platform.url, "--ca-file", str(platform.authority)]
    head = 2 if words[0] == "wait" else 1
    return [sys.executable, "-m", "aioheroku", *map(str, words[:head]), *where, *map(str, words[head:])]


def command(
    platform: Platform | None,
    *words: Any,
    input: bytes = b"",
    env: Mapping[str, str] | None = None,
    stdout: int | IO[Any] = subprocess.PIPE,
) -> "subprocess.CompletedProcess[bytes]":
    """Run it to its end, in pipes."""
    done = subprocess.run(  # noqa: S603
        arguments(platform, *words),
        input=input,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment(platform, **(env or {})),
        timeout=_PATIENCE,
        check=False,
    )
    watch.check("output", (done.stdout or b"").decode("utf-8", "replace"))
    watch.check("errors", done.stderr.decode("utf-8", "replace"))
    return done


class Background:
    """A command that is running, in pipes; it is killed where a test forgets it."""

    def __init__(self, platform: Platform | None, *words: Any, env: Mapping[str, str] | None = None) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(  # noqa: S603
            arguments(platform, *words),
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            bufsize=0,
            env=environment(platform, **(env or {})),
        )
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
        return self.process.returncode, self.errors + rest

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
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-S", "-c", _LAUNCH, *arguments(platform, *words)],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
            env=environment(platform, **(env or {})),
        )
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

    def end(self) -> int:
        """The exit status; all that was shown is in `seen`."""
        end = time.monotonic() + _PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, self.seen
            self._read(0.1)
        while self._read(0.0):
            pass
        watch.check("screen", self.seen.decode("utf-8", "replace"))
        return self.process.returncode

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
