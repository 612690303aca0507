"""Lines that a test writes into an app's log."""

from collections.abc import Callable
from datetime import UTC, datetime

from attrs import frozen

from aioheroku.testing._state.models import App
from aioheroku.testing._state.state import State
from aioheroku.testing._state.stream_store import LogBook

_ROUTER = {
    "H10": ("App crashed", 503),
    "H11": ("Backlog too deep", 503),
    "H12": ("Request timeout", 503),
    "H13": ("Connection closed without response", 503),
    "H14": ("No web processes running", 503),
    "H15": ("Idle connection", 503),
    "H16": ("Redirect to herokuapp.com", 301),
    "H17": ("Poorly formatted HTTP response", 503),
    "H18": ("Server Request Interrupted", 503),
    "H19": ("Backend connection timeout", 503),
    "H20": ("App boot timeout", 503),
    "H21": ("Backend connection refused", 503),
    "H22": ("Connection limit reached", 503),
    "H23": ("Endpoint misconfigured", 503),
    "H24": ("Forced close", 503),
    "H25": ("HTTP restriction", 502),
    "H26": ("Request Error", 400),
    "H27": ("Client Request Interrupted", 499),
    "H28": ("Client Connection Idle", 499),
    "H31": ("Misdirected Request", 421),
    "H32": ("TLS certificate mismatch", 503),
    "H33": ("HTTP/2 stream broken", 503),
    "H34": ("All up dynos are quarantined", 503),
    "H70": ("Access to Bamboo HTTP endpoint denied", 503),
    "H80": ("Maintenance mode", 503),
    "H81": ("Blank app", 503),
    "H82": ("Dyno hours used up", 503),
    "H83": ("Planned Service Degradation", 503),
    "H99": ("Platform error", 503),
}
_LEVELS = {"H80": "info", "H81": "info", "H27": "warning", "H18": "warning"}
_EXTRA = {"H18": "sock=backend ", "H27": "sock=client ", "H26": 'cause="bad header" ', "H31": 'agent="curl/8.0" '}
_DYNO = {
    "R10": "Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch",
    "R11": "Bad bind) -> Process bound to port 8080 (should be $PORT)",
    "R12": "Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM",
    "R13": "Attach error) -> Failed to attach to process",
    "R14": "Memory quota exceeded)",
    "R15": "Memory quota vastly exceeded)",
    "R16": "Detached) -> An attached process is not responding to SIGHUP after its external connection was closed.",
    "R17": "Checksum error) -> Checksum does not match expected value",
    "R151": "Unknown error)",
    "R99": "Platform error) -> Failed to launch the dyno within 30 seconds",
}

_LOG = {
    "L10": (
        "logplex",
        "Error L10 (output buffer overflow): [drain 'd.0f6ef9b1-8d9d-4d2b-8f7e'] dropped 7 messages since {moment}.",
    ),
    "L11": ("logplex", "Error L11 (Tail buffer overflow) -> This tail session dropped 7 messages since {moment}."),
    "L12": ("log-shuttle", "Error L12: 7 messages dropped since {moment}"),
    "L13": ("log-shuttle", "Error L13: 7 messages lost since {moment}"),
    "L14": ("logplex", 'Error L14 (certificate validation): error="bad certificate" uri="https://logs.example.com/"'),
    "L15": ("logplex", "Error L15 (Tail buffer temporarily unavailable)"),
    "L20": (None, "Error L20 (Tail sessions forbidden)"),
}


@frozen
class LogWriter:
    """Writes lines into one app's log."""

    _state: State
    _app: App
    _do: Callable[[Callable[[], None]], None]

    def write(self, text: str, *, source: str = "app", process: str = "web.1") -> None:
        """A line of the app's own, or of another source; a text over 10,000 bytes is cut into lines of that size."""
        data = text.encode()
        for start in range(0, len(data) or 1, 10_000):
            self.raw(f"{self._stamp()} {source}[{process}]: ".encode() + data[start : start + 10_000], source, process)

    def raw(self, line: bytes, source: str = "app", process: str = "web.1") -> None:
        """A line byte for byte, without its LF; *source* and *process* are what filters look at."""
        self._do(lambda: self._put(line, source, process))

    def request(self, path: str = "/", *, method: str = "GET", status: int = 200, dyno: str = "web.1") -> None:
        """The router's line of a request."""
        self.write(
            f"at=info {self._of(method, path)} dyno={dyno} connect=1ms service=18ms status={status} bytes=13"
            " protocol=https",
            source=self._app.source("heroku", "router"),
            process="router",
        )

    def error(self, code: str, *, process: str = "web.1", path: str = "/") -> None:
        """The line of an error code H, R or L; ValueError for one that is not known."""
        if code in _ROUTER:
            desc, status = _ROUTER[code]
            self.write(
                f'{_EXTRA.get(code, "")}at={_LEVELS.get(code, "error")} code={code} desc="{desc}" '
                f"{self._of('GET', path)} dyno= connect= service= status={status} bytes= protocol=https",
                source=self._app.source("heroku", "router"),
                process="router",
            )
        elif code in _DYNO:
            text = f"Error {code} ({_DYNO[code]}"
            self.write(text, source=self._app.source("heroku", process), process=process)
        elif code in _LOG:
            name, text = _LOG[code]
            if name is None:  # it comes without a process, and by the whole second
                moment = datetime.fromtimestamp(self._state.now(), UTC).isoformat(timespec="seconds")
                self.raw(f"{moment} Logplex: {text}".encode(), "Logplex", "")
            else:
                source = self._app.source("heroku", name)
                self.write(text.format(moment=self._stamp()), source=source, process=name)
        else:
            raise ValueError(f"code must be one of H, R and L that platforms write, not {code!r}")

    def _put(self, line: bytes, source: str, process: str) -> None:
        self._state.streams.logs.setdefault(self._app.row["id"], LogBook()).write(line, source, process)
        self._state.streams.changed()

    def _stamp(self) -> str:
        return datetime.fromtimestamp(self._state.now(), UTC).isoformat(timespec="microseconds")

    def _of(self, method: str, path: str) -> str:
        host = f"{self._app.row['name']}.herokuapp.com"
        return f'method={method} path="{path}" host={host} request_id={self._state.uuid()} fwd="192.0.2.7"'
