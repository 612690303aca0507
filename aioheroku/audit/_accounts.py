"""Several accounts, from a file that says where each token comes from; it holds none itself."""

import os
import re
import stat
from pathlib import Path
from typing import Final

from attrs import frozen

from aioheroku._strings import Masked
from aioheroku.auth import Credentials, _netrc
from aioheroku.errors import InvalidRequest, bounded, printable

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,29}")
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*")
_MOST: Final = 2**20
_MOST_OF_A_TOKEN: Final = 4096
_FORMS: Final = "env:VARIABLE, netrc:HOST or file:PATH"


@frozen
class Account:
    """An account of `read_accounts`: its name in the report, and its credentials."""

    name: str
    credentials: Credentials


def read_accounts(path: str | os.PathLike[str]) -> tuple[Account, ...]:
    """The accounts that a file names, one per line: a name, and where its token comes from.

        work     env:HEROKU_KEY_OF_WORK      # a variable of the environment
        client   netrc:client.example.com    # the password of this machine in the netrc file
        archive  file:~/.tokens/archive      # a file with nothing but the token, for its owner only (mode 600)

    `#` begins a comment. A relative path is relative to the folder of the file.

    Args:
        path: the file.

    Raises:
        InvalidRequest: the file, or the token of an account, cannot be used. No message quotes where a token comes
            from: it may be the token itself, in the wrong place.
    """
    file = Path(path).expanduser()
    accounts = dict[str, Account]()
    tokens = dict[str, str]()
    for number, line in enumerate(_text(file).splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        where = f"{_shown(file)}, line {number}"
        if len(words) != 2 or not _NAME.fullmatch(words[0]):
            raise _wrong(f"{where}: expected a name (letters, digits, . _ -; 30 at most) and one of {_FORMS}.")
        name = words[0]
        if name in accounts:
            raise _wrong(f"{where}: there are two accounts {name!r}. Give each a name of its own.")
        account = Account(name, _credentials(name, words[1], where, file.parent))
        other = tokens.setdefault(account.credentials.account, name)
        if other != name:
            raise _wrong(f"{where}: {name!r} has the token of {other!r}. Leave one of them out.")
        accounts[name] = account
    if not accounts:
        raise _wrong(f"{_shown(file)} names no account. Give one per line: a name and one of {_FORMS}.")
    return tuple(accounts.values())


def _wrong(problem: str) -> InvalidRequest:
    return InvalidRequest(problem, "accounts")


def _shown(file: Path) -> str:
    return bounded(printable(str(file)), 300)


def _text(file: Path) -> str:
    problem = ""
    try:
        data = _content(file, _MOST)
        if len(data) <= _MOST:
            return data.decode("utf-8-sig")
        problem = "it is larger than 1 MiB"
    except UnicodeDecodeError:
        problem = "it is not a text file"
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or "it is not a file"
    raise _wrong(f"{_shown(file)} cannot be read: {problem}.")


def _content(file: Path, most: int, *, private: bool = False) -> bytes:
    """The content of a file, but at most a byte more than `most`; `private` refuses one that others can read."""
    # O_NONBLOCK: opening a named pipe would block for ever.
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    with open(descriptor, "rb") as stream:  # noqa: PTH123 - by its descriptor
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise ValueError("it is not a file")
        if private and os.name == "posix" and mode & 0o077:
            raise PermissionError(0, "others may read it; run chmod 600 on it")
        return stream.read(most + 1)


def _credentials(name: str, source: str, where: str, folder: Path) -> Credentials:
    kind, _, value = source.partition(":")
    if kind not in _READERS or not value:
        raise _wrong(f"{where}: {name!r} needs one of {_FORMS}, without spaces.")
    problem = ""
    try:
        token, origin = _READERS[kind](value, folder)
        if token:
            return Credentials(kind, token, source=f"the {origin} of account {name}")
        named = kind == "env" and _VARIABLE.fullmatch(value)
        problem = f"{f'the variable {bounded(value, 60)}' if named else f'its {origin}'} is not set or empty"
    except InvalidRequest as error:
        problem = error.message.rstrip(".")
    except (OSError, ValueError) as error:
        problem = f"its token file cannot be read: {getattr(error, 'strerror', None) or 'it is not a text file'}"
    raise _wrong(f"{where}: the token of {name!r} cannot be used: {problem}.")


def _from_environment(value: str, _: Path) -> tuple[Masked, str]:
    return Masked(os.environ.get(value, "")), "variable"


def _from_netrc(value: str, _: Path) -> tuple[Masked, str]:
    text = _netrc.read(_netrc.path_of(None))
    return _netrc.password(text, value) or Masked(""), "netrc entry"


def _from_file(value: str, folder: Path) -> tuple[Masked, str]:
    data = _content(folder / Path(value).expanduser(), _MOST_OF_A_TOKEN, private=True)
    if len(data) > _MOST_OF_A_TOKEN:
        raise ValueError("it is not a token")
    return Masked(data.decode("ascii").strip()), "token file"


_READERS: Final = {"env": _from_environment, "netrc": _from_netrc, "file": _from_file}
