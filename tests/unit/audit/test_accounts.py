"""The file of accounts: names, and where their tokens come from."""

from pathlib import Path

import pytest

from aioheroku.audit import read_accounts
from aioheroku.errors import InvalidRequest
from tests._support.secrets import raises

TOKEN = "HRKU-01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with token files and a netrc file."""
    for name, mode in (("private", 0o600), ("public", 0o644), ("empty", 0o600)):
        file = tmp_path / name
        file.write_text("" if name == "empty" else f"{TOKEN}\n")
        file.chmod(mode)
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine work.example.com password {TOKEN}2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("KEY", f"{TOKEN}3")
    monkeypatch.delenv("MISSING", raising=False)
    return tmp_path


def written(folder: Path, text: str) -> Path:
    file = folder / "accounts"
    file.write_text(text)
    return file


def test_the_three_places_of_a_token(folder: Path) -> None:
    """A variable, an entry of the netrc file, a file of its own; comments and empty lines are skipped."""
    text = "# ours\n\none env:KEY\ntwo netrc:work.example.com # theirs\nthree file:private\n"
    accounts = read_accounts(written(folder, text))
    assert [account.name for account in accounts] == ["one", "two", "three"]
    sent = [account.credentials.authorization_for("api.heroku.com") for account in accounts]
    assert sent == [f"Bearer {TOKEN}3", f"Bearer {TOKEN}2", f"Bearer {TOKEN}"]
    assert TOKEN not in repr(accounts)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "names no account"),
        ("one\n", "line 1: expected a name"),
        (f"{TOKEN}\n", "line 1: expected a name"),
        (f"{TOKEN} env:KEY\n", "line 1: expected a name"),
        (f"one {TOKEN}\n", "needs one of env:VARIABLE"),
        (f"one env:{TOKEN}\n", "is not set or empty"),
        (f"one file:{TOKEN}\n", "No such file"),
        (f"one netrc:{TOKEN}\n", "is not set or empty"),
        ("one env:MISSING\n", "the variable MISSING is not set or empty"),
        ("one env:\n", "needs one of env:VARIABLE"),
        ("../one env:KEY\n", "line 1: expected a name"),
        ("one env:KEY more\n", "line 1: expected a name"),
        ("one file:public\n", "chmod 600"),
        ("one file:empty\n", "is not set or empty"),
        ("one file:.\n", "cannot be read"),
        ("one env:KEY\none file:private\n", "line 2: there are two accounts 'one'"),
        ("one env:KEY\ntwo env:KEY\n", "line 2: 'two' has the token of 'one'"),
    ],
)
def test_mistakes_are_named(text: str, problem: str, folder: Path) -> None:
    """The message names the line and the remedy, but not what is given as a token's source."""
    with raises(InvalidRequest, match=problem) as caught:
        read_accounts(written(folder, text))
    assert caught.value.field == "accounts"
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"x" * (2**20 + 1)])
def test_what_is_not_such_a_file(content: bytes | None, tmp_path: Path) -> None:
    """A missing file, a binary one and a huge one are refused."""
    file = tmp_path / "accounts"
    if content is not None:
        file.write_bytes(content)
    with raises(InvalidRequest, match="cannot be read"):
        read_accounts(file)
