"""Errors of streams, one-off dynos, transfers and waits. None holds the address of a stream: it is a credential."""

# pyright: reportUnknownVariableType=false
# An attribute of type `Any` with a converter is unknown to pyright.
from collections.abc import Sized
from typing import Any, cast

import attrs
from attrs import define

from aioheroku.errors._addresses import without_addresses
from aioheroku.errors._base import HerokuError, quoted, shown, within


def _size(value: object) -> str:
    """Content in a repr: its size."""
    return f"<{len(cast('Sized', value))}>" if isinstance(value, str | bytes | tuple) else shown(value)


def _name(value: object) -> str:
    """What a text calls a build, a release or a dyno: its name, version or id."""
    for attribute in ("name", "version", "id"):
        found = getattr(value, attribute, None)
        if found is not None:
            return quoted(f"v{found}" if attribute == "version" else str(found))
    return ""


def _state(value: object) -> object:
    """The status or state of a response; `None` if it has neither."""
    return getattr(value, "status", None) or getattr(value, "state", None)


def _last(lines: tuple[str, ...]) -> str:
    """The last line that is not empty."""
    return next((f" It ended with: {quoted(line)}" for line in reversed(lines) if line.strip()), "")


class StreamError(HerokuError):
    """Base class: a stream, a one-off dyno or a transfer was not completed."""


@define(slots=False)
class StreamRefused(StreamError):
    """The address of a stream was refused before any byte arrived: `status` and, if given, `reason`.

    A `status` of `None` means that the address itself is not acceptable, such as one of `http`.
    """

    status: int | None
    reason: str = attrs.field(default="", repr=shown, converter=quoted)

    def _summary(self) -> str:
        return f"The stream was refused{within(' with {}', self.status)}{within(': {}', self.reason)}"

    def _advice(self) -> str:
        if self.status == 403:
            return "If the app is in a Private Space, check whether its trusted IP ranges allow this address."
        return "Try again later; if it lasts, ask Heroku's support."


@define(slots=False)
class StreamLost(StreamError):
    """A stream broke too often in a row, or was silent for too long.

    `received` counts what was delivered before: lines of a log, else bytes.
    """

    received: int
    failures: int
    message: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        details = within(" ({})", self.message)
        return f"The stream is lost after {self.failures} failures in a row{details}; {self.received} received before"

    def _advice(self) -> str:
        return "Begin again, or allow more with StreamTimes(failures=..., idle=...)."


@define(slots=False)
class OutputChanged(StreamError):
    """The output to resume has changed; `received` bytes had been read before."""

    received: int

    def _summary(self) -> str:
        return f"The output has changed: it cannot be resumed after {self.received} bytes"

    def _advice(self) -> str:
        return "Read it again from the beginning."


@define(slots=False)
class ConnectBlocked(StreamError):
    """No connection to the rendezvous of one-off dynos, whose port many networks block."""

    host: str = attrs.field(repr=shown)
    port: int = 5000
    message: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        return f"No connection to {quoted(self.host)}, port {self.port}{within(' ({})', self.message)}"

    def _advice(self) -> str:
        return f"Let the firewall allow outgoing connections to port {self.port}, or use `heroku.run_detached`."


@define(slots=False)
class StartTimeout(StreamError):
    """An attached one-off dyno did not start within the seconds allowed; it was stopped."""

    seconds: float
    dyno: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        return f"The dyno {quoted(self.dyno)} did not start within {self.seconds:g} s; it was stopped"

    def _advice(self) -> str:
        return "Allow more with StreamTimes(start=...)."


@define(slots=False)
class RunUnsupported(StreamError):
    """The app's dynos are attached by SSH through `scheme`, as those of Private Spaces and of Fir are."""

    scheme: str = attrs.field(repr=shown)

    def _summary(self) -> str:
        return f"Dynos of this app are attached by {quoted(self.scheme)} and SSH, which is not supported"

    def _advice(self) -> str:
        return "Use `heroku.run_detached`, whose log has the output and the exit status."


@define(slots=False)
class ExitUnknown(StreamError):
    """The exit status of a command is unknown: the connection or the log ended without one.

    `output` is the output that was not read before, `dyno` the dyno's name and id.
    """

    output: bytes | str = attrs.field(default=b"", repr=_size)
    dyno: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        return f"The exit status of dyno {quoted(self.dyno)} is unknown: its end was not seen"

    def _advice(self) -> str:
        return "Look at the app's log for `Process exited`, and at what the command does, before you run it again."


@define(slots=False)
class ProcessFailed(StreamError):
    """A command exited with a status other than 0; `output` is its output, `dyno` the dyno's name and id."""

    status: int
    output: bytes | str = attrs.field(default=b"", repr=_size)
    dyno: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        output = self.output if isinstance(self.output, str) else self.output.decode("utf-8", "replace")
        return f"The command exited with status {self.status}.{_last(tuple(output[-2000:].splitlines()))}"

    def _advice(self) -> str:
        return "`output` has all its output."


@define(slots=False)
class TransferFailed(StreamError):
    """An upload or a download failed: the store's `status` and `code`, and the bytes transferred before."""

    status: int | None
    code: str | None = attrs.field(default=None, repr=shown)
    sent: int = 0

    def _summary(self) -> str:
        status = "without a response" if self.status is None else f"with {self.status}"
        return f"The transfer failed {status}{within(' {}', self.code)} after {self.sent} bytes"

    def _advice(self) -> str:
        if self.status is not None and self.status < 500:
            return "A retry with the same address would fail the same way: ask for a new one."
        return "Nothing was deployed or released: it is safe to retry."


@define(slots=False)
class SourceChanged(StreamError):
    """A file changed while it was packed or uploaded; `path` says which."""

    path: str = attrs.field(default="", repr=shown)

    def _summary(self) -> str:
        return f"{quoted(self.path) or 'The source'} changed while it was packed or uploaded"

    def _advice(self) -> str:
        return "Deploy again when nothing writes to it."


@define(slots=False)
class ChecksumMismatch(StreamError):
    """A downloaded file does not have the checksum that the platform states; it was deleted."""

    expected: str = attrs.field(repr=shown)
    found: str = attrs.field(repr=shown)

    def _summary(self) -> str:
        return f"Expected the checksum {quoted(self.expected)}, found {quoted(self.found)}"

    def _advice(self) -> str:
        return "Download it again."


@define(slots=False)
class BuildFailed(HerokuError):
    """A build failed: the `Build` as the platform shows it, and the last lines of its output."""

    build: Any = attrs.field(converter=without_addresses, repr=lambda value: shown(_name(value)))
    lines: tuple[str, ...] = attrs.field(default=(), converter=tuple[str, ...], repr=_size)

    def _summary(self) -> str:
        return f"Build {_name(self.build)} failed.{_last(self.lines)}"

    def _advice(self) -> str:
        return "`lines` has the end of its output, `heroku.build_output` all of it."


@define(slots=False)
class ReleaseFailed(HerokuError):
    """A release failed: the `Release` as the platform shows it, and the last lines of its command's output."""

    release: Any = attrs.field(converter=without_addresses, repr=lambda value: shown(_name(value)))
    lines: tuple[str, ...] = attrs.field(default=(), converter=tuple[str, ...], repr=_size)

    def _summary(self) -> str:
        return f"Release {_name(self.release)} failed: the app still runs the previous one.{_last(self.lines)}"

    def _advice(self) -> str:
        return "`lines` has the end of its output, `heroku.release_output` all of it."


@define(slots=False)
class WaitFailed(HerokuError):
    """The awaited state can no longer be reached; `last` is the last response."""

    last: Any = attrs.field(converter=without_addresses, repr=lambda value: type(value).__name__)

    def _summary(self) -> str:
        last = f"{type(self.last).__name__}{within(' is {}', _state(self.last))}"
        reason = within(": {}", getattr(self.last, "failure_message", None))
        return f"The awaited state can no longer be reached: {last}{reason}"

    def _advice(self) -> str:
        return "`last` has the last response."


@define(slots=False)
class WaitTimeout(HerokuError):
    """The awaited state was not reached in time, or within the tokens allowed.

    `last` is the last response, `None` if there was none; `waited` are the seconds.
    """

    last: Any = attrs.field(converter=without_addresses, repr=lambda value: type(value).__name__)
    waited: float = 0.0

    def _summary(self) -> str:
        still = within(" It was still {}.", _state(self.last))
        return f"The awaited state was not reached within {self.waited:.1f} s.{still}"

    def _advice(self) -> str:
        return "Wait longer with timeout=..., or allow more with tokens=...."
