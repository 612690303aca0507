"""A command on a terminal of its own, as a person sees and answers it."""

import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Self

_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\r")
_PATIENCE: Final = 60.0


class Terminal:
    """Context manager around a process whose three streams are a terminal."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], *, columns: int = 100) -> None:
        self._command, self._env, self._columns = command, env, columns
        self.raw = ""

    def __enter__(self) -> Self:
        self._ours, theirs = pty.openpty()
        os.set_inheritable(theirs, True)
        env = {**self._env, "TERM": "xterm-256color", "COLUMNS": str(self._columns), "LINES": "40"}
        self.process = subprocess.Popen(  # noqa: S603
            self._command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
        )
        os.close(theirs)
        return self

    def __exit__(self, *about: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def type(self, text: str) -> None:
        """Press these keys."""
        os.write(self._ours, text.encode())

    def until(self, text: str) -> str:
        """Wait until this text has appeared; returns all that was."""
        end = time.monotonic() + _PATIENCE
        while text not in self.shown():
            if not self._read(end - time.monotonic()):
                raise AssertionError(f"{text!r} did not appear in:\n{self.shown()}")
        return self.shown()

    def end(self) -> tuple[int, str]:
        """Wait for its end; returns the exit status and all that was shown."""
        end = time.monotonic() + _PATIENCE
        while self._read(end - time.monotonic()):
            pass
        return self.process.wait(_PATIENCE), self.shown()

    def interrupt(self) -> None:
        """Press Ctrl-C: the process is in a session of its own, so the key itself does not reach it.

        Python notices a signal between two instructions or while it waits for a key, not on the way from one to the
        other: no person is as quick, so this is not either.
        """
        state = Path(f"/proc/{self.process.pid}/stat")
        end = time.monotonic() + _PATIENCE
        while state.exists() and state.read_text().rpartition(")")[2].split()[0] != "S" and time.monotonic() < end:
            time.sleep(0.001)
        self.process.send_signal(signal.SIGINT)

    def shown(self) -> str:
        """All that was shown, without colours and movements of the cursor."""
        return _CONTROL.sub("", self.raw)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(0.0, seconds))
        try:
            data = os.read(self._ours, 65536) if ready else b""
        except OSError:  # the last one has closed it
            data = b""
        self.raw += data.decode(errors="replace")
        return bool(data)
