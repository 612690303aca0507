"""netrc files as other programs leave them: what can be read is read, and what cannot is one clear error."""

import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aioheroku import Credentials, Heroku, errors
from tests._support.secrets import raises

TOKEN = "HRKU-s3cr3t-of-netrc-0000000000000000000000000000000000000000000000"
MINE = f"machine api.heroku.com\n  login me@example.com\n  password {TOKEN}\n"
OTHER = "machine git.example.com\n  login me\n  password other\n"

READABLE: dict[str, str | bytes] = {
    "plain": MINE,
    "on one line": MINE.replace("\n", " "),
    "one word a line": "\n".join(MINE.split()),
    "Windows' line ends": MINE.replace("\n", "\r\n"),
    "old Macs' line ends": MINE.replace("\n", "\r"),
    "tabs": MINE.replace(" ", "\t"),
    "no login": f"machine api.heroku.com password {TOKEN}",
    "a login without a value": f"machine api.heroku.com\n  login\n  password {TOKEN}\n",
    "a host in capitals": MINE.replace("api.heroku.com", "API.Heroku.com"),
    "a quoted password": MINE.replace(TOKEN, f'"{TOKEN}"'),
    "an escaped password": MINE.replace("HRKU-", "HRKU\\-"),
    "a second entry without a password": MINE + "machine api.heroku.com\n  login me\n",
    "a second entry with one": MINE.replace(TOKEN, "old") + MINE,
    "method interactive": MINE + "  method interactive\n",
    "method first": MINE.replace("  login", "  method sso\n  org acme\n  login"),
    "method password": MINE + "  method password\n  org acme\n",
    "interactive alone": MINE + "  interactive\n" + OTHER,
    "an unknown word on the same line": f"machine api.heroku.com secure login me password {TOKEN}",
    "a word before all entries": "version 2\n" + MINE,
    "protocol, elsewhere": OTHER + "  protocol https\n" + MINE,
    "port, elsewhere": OTHER + "  port 443\n" + MINE,
    "a login without a value, elsewhere": "machine example.com\n  login\n  password x\n" + MINE,
    "a password without a value, elsewhere": "machine example.com\n  login me\n  password\n" + MINE,
    "a machine without a name, elsewhere": "machine\n" + MINE,
    "nothing but a name, elsewhere": "machine example.com\n" + MINE,
    "a lone quote, elsewhere": OTHER.replace("other", '"other') + MINE,
    "quotes inside, elsewhere": OTHER.replace("other", 'o"the"r') + MINE,
    "a backslash at the end, elsewhere": OTHER.replace("other", "other\\") + MINE,
    "default before": "default login a password other\n" + MINE,
    "default behind": MINE + "default login a password other\n",
    "a comment": "# machine api.heroku.com password other\n" + MINE,
    "a comment behind": MINE.replace(TOKEN, f"{TOKEN} # mine"),
    "a comment between": MINE.replace("  password", "  # password other\n  password"),
    "a macro": "macdef init\ncd /\nmget *\n\n" + MINE,
    "a macro that ends at the entry": "macdef init\ncd /\n" + MINE,
    "a macro that does not end": MINE + "macdef init\ncd /",
    "a macro with words of entries": "macdef init\n  password other\n  login x\n\n" + MINE,
    "a byte order mark": "\ufeff" + MINE,
    "UTF-16, as PowerShell writes it": MINE.encode("utf-16"),
    "Latin-1, elsewhere": OTHER.replace("other", "p\xe9").encode("latin-1") + MINE.encode(),
    "UTF-8, elsewhere": OTHER.replace("other", "p\u00e4\u20ac") + MINE,
    "bytes of no encoding": b"\xff\xfd\x80" + b" " + MINE.encode(),
    "NULs of a write that was cut off": "\0" * 512 + MINE + "\0" * 512,
}


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No file and no variable of the machine that runs the tests."""
    for name in ("HEROKU_API_KEY", "HEROKU_API_TOKEN", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "netrc"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize("name", READABLE)
def test_what_can_be_read_is_read(name: str, tmp_path: Path) -> None:
    """Our entry is found, whatever stands in it besides, before it and behind it."""
    file = written(tmp_path, READABLE[name])
    assert Credentials.netrc(file).authorization == f"Bearer {TOKEN}"
    assert Credentials.environment({"NETRC": str(file)}).authorization == f"Bearer {TOKEN}"


WITHOUT = {
    "empty": "",
    "another host": OTHER,
    "only default": f"default login a password {TOKEN}\n",
    "no password": "machine api.heroku.com login a\n",
    "a password without a value": "machine api.heroku.com login a password\n" + OTHER,
    "a password without a value, and a comment": "machine api.heroku.com\n  password\n  # mine\n",
    "a macro": f"macdef init\n  machine api.heroku.com password {TOKEN}\n",
    "a comment": f"# machine api.heroku.com password {TOKEN}\n",
    "a longer name": MINE.replace("api.heroku.com", "api.heroku.com.example.com"),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_a_file_without_our_password_says_so(name: str, tmp_path: Path) -> None:
    """No other entry's password is taken for ours, and no keyword for a password."""
    file = written(tmp_path, WITHOUT[name])
    with raises(errors.InvalidRequest, match=r"has no password for api\.heroku\.com\. Run `heroku login`"):
        Credentials.netrc(file)


def missing(folder: Path) -> Path:
    return folder / "missing"


def a_folder(folder: Path) -> Path:
    return folder


def a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def a_loop(folder: Path) -> Path:
    (folder / "loop").symlink_to(folder / "loop")
    return folder / "loop"


def too_large(folder: Path) -> Path:
    return written(folder, MINE + " " * 2**20)


def named(path: str) -> Callable[[Path], str]:
    return lambda _: path


BLOCKED: list[tuple[Callable[[Path], Any], str]] = [
    (missing, "No such file or directory. Run `heroku login`"),
    (a_folder, "it is not a file. Set NETRC to the path of a file"),
    (a_pipe, "it is not a file. Set NETRC to the path of a file"),
    (a_loop, "Set NETRC to the path of a file"),
    (too_large, "larger than 1 MiB"),
    (named("a\0b"), "it is not a path"),
    (named("n" * 5000), "Set NETRC to the path of a file"),
    (named("~nosuchuser/netrc"), "there is no such home directory. Set NETRC"),
    (named("/dev/null"), "it is not a file"),
    (named("\ud800"), "it is not a path"),
]


@pytest.mark.parametrize(("make", "words"), BLOCKED)
def test_what_cannot_be_read_is_one_clear_error(make: Callable[[Path], Any], words: str, tmp_path: Path) -> None:
    """A folder, a pipe, a link to itself in its place; no foreign exception, no waiting, and advice that fits."""
    path = make(tmp_path)
    reads: list[Callable[[], object]] = [
        lambda: Credentials.netrc(path),
        lambda: Credentials.environment({"NETRC": str(path)}),
    ]
    for read in reads:
        with raises(errors.InvalidRequest) as caught:
            read()
        assert words in str(caught.value)
        assert "HEROKU_API_KEY" in str(caught.value)
        assert str(caught.value).isprintable()


def test_a_file_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that this user may not read: the advice is to allow it, not to log in again."""

    def refuse(*args: Any, **kwargs: Any) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)  # tests may run as root, who may read anything
    with raises(errors.InvalidRequest, match=r"Permission denied\. Let this user read it"):
        Credentials.netrc(tmp_path)


def test_given_environment_replaces_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables given to `environment` replace those of the process, NETRC included."""
    monkeypatch.setenv("NETRC", str(written(tmp_path, MINE)))
    with raises(errors.InvalidRequest, match="HEROKU_API_KEY is not set"):
        Credentials.environment({})


@pytest.mark.parametrize("path", [5, b"netrc", ["netrc"]])
def test_what_is_not_a_path_is_named(path: Any) -> None:
    """A wrong type is an error that says so."""
    with raises(errors.InvalidRequest, match="expected the path of a file"):
        Credentials.netrc(path)


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container with an arbitrary uid: no HOME, and no name to look a home directory up by."""
    pwd = pytest.importorskip("pwd")

    def unknown(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    with raises(errors.InvalidRequest, match=r"HEROKU_API_KEY is not set and ~/\.netrc .* no such home directory"):
        Heroku.from_env()


def shown(error: BaseException | None) -> str:
    """All that a report of an error could hold: texts, causes, contexts, and the variables of frames but the tests'."""
    text = ""
    while error is not None:
        stack = traceback.TracebackException(type(error), error, error.__traceback__, capture_locals=True)
        frames = [frame for frame in stack.stack if frame.filename != __file__]
        text += f"{error!s}{error!r}{vars(error)!r}{[frame.locals for frame in frames]}"
        error = error.__cause__ or error.__context__
    return text


@pytest.mark.parametrize(
    "content",
    [
        MINE.replace(TOKEN, f'"{TOKEN} x"'),
        MINE.replace(TOKEN, f"{TOKEN}\xe9").encode("latin-1"),
        MINE.replace("api.", "git."),
        MINE + " " * 2**20,
    ],
    ids=["two words", "not ASCII", "another host", "too large"],
)
def test_no_error_shows_what_stands_in_the_file(content: str | bytes, tmp_path: Path) -> None:
    """Neither the text of an error nor a variable of the library's frames, also in errors that were not chained."""
    file = written(tmp_path, content)
    reads: list[Callable[[], object]] = [
        lambda: Credentials.netrc(file),
        lambda: Credentials.environment({"NETRC": str(file), "X": "s3cr3t"}),
    ]
    for read in reads:
        with raises(errors.InvalidRequest) as caught:
            read()
        assert "s3cr3t" not in shown(caught.value)
        assert str(file) in str(caught.value)


# --- whose password ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (None, "api.heroku.com"),
        ("https://api.heroku.com/", "api.heroku.com"),
        ("https://api.staging.example.com:8443/base", "api.staging.example.com"),
        ("http://127.0.0.1:5099", "127.0.0.1"),
        ("http://localhost:1", "localhost"),
        ("http://[::1]:5099", "::1"),
    ],
)
def test_a_password_goes_to_its_host_alone(
    url: str | None, host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`from_env(base_url=...)` takes the entry of that host; without one it is an error, whatever others there are."""
    hosts = ("api.heroku.com", "api.staging.example.com", "127.0.0.1", "localhost", "::1")
    entries = {name: f"machine {name}\n  password for-{name.replace(':', '-')}\n" for name in hosts}
    monkeypatch.setenv("NETRC", str(written(tmp_path, "".join(entries.values()))))
    heroku = Heroku.from_env(base_url=url)
    assert heroku._view.headers["Authorization"] == f"Bearer for-{host.replace(':', '-')}"
    del entries[host]
    written(tmp_path, "".join(entries.values()))
    with raises(errors.InvalidRequest, match=f"has no password for {host}"):
        Heroku.from_env(base_url=url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://api.heroku.com.example.com", "https://heroku.com"])
@pytest.mark.parametrize("make", [Credentials.netrc, lambda: Credentials.environment(host="API.Heroku.com")])
def test_a_password_is_given_to_no_other_host(
    make: Callable[[], Credentials], url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Credentials that were read for one host and a session with another: an error that says what to give."""
    monkeypatch.setenv("NETRC", str(written(tmp_path, MINE)))
    monkeypatch.delenv("HEROKU_API_KEY", raising=False)
    assert Heroku(make())._view.headers["Authorization"] == f"Bearer {TOKEN}"
    with raises(errors.InvalidRequest, match=r"is for no other host.*Credentials.netrc\(host=") as caught:
        Heroku(make(), base_url=url)
    assert caught.value.field == "token"
    assert TOKEN not in repr(caught.value)


def test_the_variable_has_no_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """HEROKU_API_KEY goes where the caller says."""
    monkeypatch.setenv("HEROKU_API_KEY", "from-variable")
    heroku = Heroku.from_env(base_url="https://api.example.com")
    assert heroku._view.headers["Authorization"] == "Bearer from-variable"


def test_command_keeps_passwords_to_their_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`aioheroku limits --base-url X` with an entry for api.heroku.com alone: nothing is sent."""
    from aioheroku.cli import main

    monkeypatch.setenv("NETRC", str(written(tmp_path, MINE)))
    monkeypatch.setattr("sys.argv", ["aioheroku", "limits", "--base-url", "http://127.0.0.1:9"])
    with raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert "has no password for 127.0.0.1. Add an entry `machine 127.0.0.1`" in capsys.readouterr().err
