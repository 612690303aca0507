"""How `config set` reads KEY=VALUE, and how a value is kept out of errors."""

import io
import sys
from pathlib import Path

import click
import pytest

from aioheroku.cli import _values
from tests._support.secrets import raises


def read(*arguments: str, stdin_taken: bool = False) -> dict[str, str]:
    return _values.read(arguments, stdin_taken=stdin_taken)


def typed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


@pytest.mark.parametrize(
    ("argument", "value"),
    [("K=a=b", "a=b"), ("K=", ""), ("K= x ", " x "), ("K=@@handle", "@handle"), ("K=a@b", "a@b"), ("K=--x", "--x")],
)
def test_a_value_is_the_text(argument: str, value: str) -> None:
    """What follows the first = is the value, unless it begins with @."""
    assert read(argument) == {"K": value}


@pytest.mark.parametrize(("content", "value"), [(b"v", "v"), (b"v\n", "v"), (b"a\nb\r\n", "a\nb"), (b"v\n\n", "v\n")])
@pytest.mark.parametrize("source", ["file", "-", "@-"])
def test_values_of_files_and_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, content: bytes, value: str
) -> None:
    """The content of a file or of standard input, without one newline at its end."""
    (tmp_path / "value").write_bytes(content)
    typed(monkeypatch, content)
    assert read(f"K=@{tmp_path / 'value'}" if source == "file" else f"K={source}") == {"K": value}


def test_the_order_does_not_matter() -> None:
    """The same config vars in another order are the same campaign."""
    assert list(read("B=1", "A=2").items()) == list(read("A=2", "B=1").items())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["K", "s3cr3t"], "Argument 1 is not KEY=VALUE"),
        (["K=1", "s3cr3t"], "Argument 2 is not KEY=VALUE"),
        (["=s3cr3t"], "Argument 1"),
        (["my s3cr3t=1"], "Argument 1"),
        (["K=s3cr3t", "K=s3cr3t2"], "K is given twice"),
        (["K=@s3cr3t-of-a-user"], "K=@@"),
        (["K=@/"], "K=@@"),
        (["K=@a\0s3cr3t"], "K=@@"),
        (["K=s3cr3t\0"], "NUL"),
        (["K=-", "L=-"], "L=@FILE"),
    ],
)
def test_what_cannot_be_set(arguments: list[str], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused with the remedy; nothing that may be a value is in the message."""
    typed(monkeypatch, b"s3cr3t")
    with raises(click.UsageError) as caught:
        read(*arguments)
    assert words in caught.value.message
    assert "s3cr3t" not in caught.value.message


def test_standard_input_is_read_once() -> None:
    """Not for the names of the apps and a value."""
    with raises(click.UsageError, match="K=@FILE"):
        read("K=-", stdin_taken=True)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are refused."""
    (tmp_path / "value").write_bytes(b"\xff\xfes3cr3t")
    with raises(click.UsageError, match=r"K: .* is not text") as caught:
        read(f"K=@{tmp_path / 'value'}")
    assert "s3cr3t" not in caught.value.message
