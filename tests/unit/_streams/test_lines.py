"""The grammar of a log line, and what the platform's own lines mean."""

import copy
import pickle
import random
from datetime import UTC, datetime

import attrs
import pytest

from aioheroku import LogLine, RouterLine
from aioheroku._streams.lines import _LINE, Grammar, _moment
from tests._support.streams import CASES

AT = datetime(2012, 12, 10, 4, 47, 25, 123456, UTC)
STAMP = "2012-12-10T04:47:25.123456+00:00"


def parsed(text: str | bytes) -> LogLine:
    return Grammar().parse(text if isinstance(text, bytes) else text.encode())


def test_a_line_has_its_parts() -> None:
    """Time, source, process and text, each as it stands in the line; `raw` is the line."""
    line = parsed(f"{STAMP} app[web.1]: GET /: 200")
    assert (line.at, line.source, line.process, line.text) == (AT, "app", "web.1", "GET /: 200")
    assert line.raw.decode() == f"{STAMP} app[web.1]: GET /: 200"
    assert not line.late


@pytest.mark.parametrize(
    ("text", "source", "process", "rest"),
    [
        (f"{STAMP} heroku[router]: at=info", "heroku", "router", "at=info"),
        (f"{STAMP} app[web.1]:", "app", "web.1", ""),
        (f"{STAMP} app[web.1]: ", "app", "web.1", ""),
        (f"{STAMP} app[web.1]:   two blanks", "app", "web.1", "  two blanks"),
        (f"{STAMP} app[web.1]:none", "app", "web.1", "none"),
        (f"{STAMP} app[]: x", "app", "", "x"),
        (f"{STAMP} app[a: b]: x", "app", "a: b", "x"),
        (f"{STAMP} app[web.1]: : :", "app", "web.1", ": :"),
        ("2012-12-10T04:47:25+00:00 Logplex: Error L20 (x)", "Logplex", None, "Error L20 (x)"),
        (f"{STAMP} heroku-postgresql[DATABASE]: sample#x=1", "heroku-postgresql", "DATABASE", "sample#x=1"),
        (f"{STAMP} app[web-1234abcde-123ab]: fir", "app", "web-1234abcde-123ab", "fir"),
        ("2012-12-10T04:47:25Z app[web.1]: x\r", "app", "web.1", "x"),
    ],
)
def test_forms_of_lines(text: str, source: str, process: str | None, rest: str) -> None:
    """Without a process, without a fraction, with further colons: the same parts."""
    line = parsed(text)
    assert (line.source, line.process, line.text) == (source, process, rest)
    assert line.at is not None
    assert line.at.replace(microsecond=0) == AT.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  at x.y (z.js:1)",
        "Error: something: went wrong",
        "2012-99-10T04:47:25Z app[web.1]: x",
        "2012-12-10 app: x",
        ": ",
        "\ufffd",
    ],
)
def test_other_lines_are_text(text: str) -> None:
    """What has no timestamp and source is text, alone or behind another line, whose time and source it has then."""
    assert attrs.astuple(parsed(text)) == (None, None, None, text, text.encode(), False)
    grammar = Grammar()
    grammar.parse(f"{STAMP} app[web.1]: Traceback".encode())
    line = grammar.parse(text.encode())
    assert (line.at, line.source, line.process, line.text) == (AT, "app", "web.1", text)


def test_cut_utf8_is_replaced() -> None:
    """A text cut inside of a character is readable, and `raw` has its bytes."""
    line = parsed(f"{STAMP} app[web.1]: ".encode() + "é".encode()[:1])
    assert line.text == "\ufffd"
    assert line.raw.endswith(b": \xc3")


def test_the_fast_way_is_the_slow_way() -> None:
    """Lines taken apart at their colon have the parts that the regular expression of the facts gives them."""
    rng = random.Random(1)
    parts = [STAMP, "2012-12-10T04:47:25Z", " ", " ", ": ", ":", "app", "[", "]", "web.1", "a b", "", "x"]
    grammar = Grammar()
    for _ in range(20_000):
        text = "".join(rng.choices(parts, k=rng.randrange(2, 10)))
        if rng.random() < 0.7:
            text = f"{STAMP} {text}"
        found = _LINE.fullmatch(text)
        line = grammar.parse(text.encode())
        if found is not None and (at := _moment(found[1])) is not None:
            assert (line.at, line.source, line.process, line.text) == (at, found[2], found[3], found[4]), text
        else:
            assert line.text == text


CODES = [
    ('heroku[router]: at=error code=H12 desc="Request timeout" path="/?code=H99"', "H12", "critical"),
    ('heroku[router]: sock=client at=warning code=H27 desc="Client Request Interrupted"', "H27", "info"),
    ('heroku[router]: at=info code=H80 desc="Maintenance mode"', "H80", "warning"),
    ("heroku[router]: Error H10 (App crashed) -> GET example.com/a dyno= status=503 bytes=", "H10", "critical"),
    ("heroku[web.1]: Error R14 (Memory quota exceeded)", "R14", "critical"),
    ("heroku[web.1]: Error R16 (Detached)", "R16", "warning"),
    ("heroku[web.1]: Error R151 (x)", "R151", "warning"),
    ("heroku[logplex]: Error L10 (output buffer overflow): [drain 'd.1'] dropped 3 messages.", "L10", "warning"),
    ("logplex[1]: Error L11 (Tail buffer overflow) -> This tail session dropped 2 messages since x.", "L11", "warning"),
    ("heroku[log-shuttle]: Error L13: 5 messages lost since x", "L13", "critical"),
    ('heroku[router]: at=error code=H40 desc="new"', "H40", "critical"),
    ("heroku-router[web]: at=error code=H13", "H13", "critical"),
    ("app[web.1]: Error R14 (Memory quota exceeded)", None, None),
    ("app[web.1]: at=error code=H12", None, None),
    ("heroku-postgresql[x]: Error L10 (x)", None, None),
    ('heroku[router]: at=info method=GET path="/" status=200', None, None),
    ("heroku[web.1]: State changed from up to down", None, None),
]


@pytest.mark.parametrize(("text", "code", "level"), CODES)
def test_codes_and_levels(text: str, code: str | None, level: str | None) -> None:
    """The platform's own lines have a code and its level; what an app or an add-on writes has none."""
    line = parsed(f"{STAMP} {text}")
    assert (line.code, line.level) == (code, level)


def test_meaning_of_system_lines() -> None:
    """Exit statuses and states are the platform's words, not an app's."""
    assert parsed(f"{STAMP} heroku[run.12]: Process exited with status 137").exit_status == 137
    assert parsed(f"{STAMP} app[run.12]: Process exited with status 137").exit_status is None
    assert parsed(f"{STAMP} heroku[web.1]: State changed from starting to up").new_state == "up"
    assert parsed(f"{STAMP} app[web.1]: State changed from starting to up").new_state is None
    assert parsed(f"{STAMP} heroku[web.1]: Idling").new_state is None


ROUTER = (
    'at=info method=GET path="/x?y=1&z=\\"q\\" a=b" host=example.com request_id=abc fwd="1.2.3.4, 5.6.7.8" dyno=web.1 '
    "connect=1ms service=18ms status=200 bytes=13 protocol=https tls=true tls_version=tls1.3"
)


def test_router_fields() -> None:
    """Quoted values, milliseconds as numbers, keys that have no attribute in `fields`."""
    line = parsed(f"{STAMP} heroku[router]: {ROUTER}").router
    assert line is not None
    assert (line.at, line.method, line.path, line.host) == ("info", "GET", '/x?y=1&z="q" a=b', "example.com")
    assert (line.request_id, line.fwd, line.dyno) == ("abc", "1.2.3.4, 5.6.7.8", "web.1")
    assert (line.connect, line.service, line.status, line.bytes) == (1, 18, 200, 13)
    assert (line.protocol, line.code, line.desc) == ("https", None, None)
    assert (line.fields["tls"], line.fields["tls_version"], line.fields["connect"]) == ("true", "tls1.3", "1ms")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            'at=error code=H12 desc="Request timeout" dyno= connect= service= bytes=',
            {"dyno": None, "connect": None, "bytes": None, "desc": "Request timeout"},
        ),
        ("connect=0 service=1", {"connect": 0, "service": 1, "at": None}),
        ("path=/x method=GET", {"path": "/x", "method": "GET"}),
        ('path="/cut', {"path": "/cut"}),
        (
            "Error H10 (App crashed) -> GET example.com/a?b=c dyno= queue= status=503 bytes=",
            {"code": "H10", "desc": "App crashed", "host": "example.com", "path": "/a?b=c", "status": 503},
        ),
        ('sock=backend at=error code=H18 cause="x y"', {"code": "H18", "at": "error"}),
    ],
)
def test_forms_of_router_lines(text: str, fields: dict[str, object]) -> None:
    """Empty is `None`, `ms` is optional, the order does not matter, and the form of before 2012 is read."""
    line = RouterLine.parse(text)
    assert line is not None
    assert {name: getattr(line, name) for name in fields} == fields


def test_lines_travel() -> None:
    """Pickled, they are the same: also when the meaning was looked at before."""
    line = parsed(f"{STAMP} heroku[router]: {ROUTER}")
    assert line.router is not None
    assert pickle.loads(pickle.dumps(line)) == line  # noqa: S301
    assert pickle.loads(pickle.dumps(line.router)) == line.router  # noqa: S301
    assert hash(line) == hash(parsed(line.raw))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):  # noqa: TID251
        line.text = "x"  # type: ignore[misc]


def test_lines_are_parsed_when_looked_at() -> None:
    """A line has its bytes first, and is like any other: equal, copied, evolved, as a dictionary."""
    whole = LogLine(AT, "app", "web.1", "x", f"{STAMP} app[web.1]: x".encode())
    for look in (repr, hash, attrs.asdict, attrs.astuple, copy.copy, lambda line: attrs.evolve(line, late=True)):
        fresh = parsed(whole.raw)
        assert "text" not in vars(fresh)
        assert look(fresh) == look(whole)
    assert not hasattr(parsed(whole.raw), "nothing")
    fresh = parsed(whole.raw)
    assert pickle.loads(pickle.dumps(fresh)) == whole  # noqa: S301


def test_a_line_may_be_cut_anywhere() -> None:
    """Of each line every beginning is read without an error, as the regular expression reads it, and kept in `raw`."""
    lines = [f"{STAMP} {text}".encode() for text, _, _ in CODES] + [f"{STAMP} heroku[router]: {ROUTER} é".encode()]
    for line in lines:
        for end in range(len(line) + 1):
            CASES["lines"] += 1
            cut = parsed(line[:end])
            found = _LINE.fullmatch(cut.raw.decode("utf-8", "replace"))
            is_line = found is not None and _moment(found[1]) is not None
            assert (cut.raw, cut.at is not None) == (line[:end], is_line)
            assert found is None or not is_line or (cut.process, cut.text) == (found[3], found[4])
            assert cut.level in (None, "info", "warning", "critical")
            assert cut.router is None or cut.router.fields
    assert CASES["lines"] > 1_500
