"""Scripted programs: a small shell whose commands are the platform's own, so that nothing runs on this machine.

It knows `exit`, `true`, `false`, `echo`, `printf`, `cat`, `sleep`, `yes`, `date`, `env` and `sh -c`, lists with `;`,
`&&` and `||`, quotes, `$?` and variables. `exit N` sets the exit status, but does not end the list that it is in.
"""

import re
import shlex
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from attrs import define

from aioheroku.testing._state.programs import unlaunched
from aioheroku.testing._streams.attached import Read, Write

_LISTS = {";", "&&", "||"}
_STATUSES = {"true": 0, "false": 1}
_WORD = re.compile(r"\$(\?|\w+|\{\w+\})")
NOT_FOUND = 127


def _exit_status(text: str = "0", *_: str) -> int:
    """What `exit` with this argument ends with."""
    return int(text) % 256 if text.isdigit() else 2


@define(eq=False)
class Shell:
    """Runs a command line: output goes to *write*, input comes from *read*, time is the platform's."""

    write: Write
    read: Read
    sleep: Callable[[float], Awaitable[None]]
    now: Callable[[], float]
    env: Mapping[str, str]
    status: int = 0

    async def run(self, command: str) -> int:
        """Its exit status; 2 if quotes are not closed."""
        try:
            lexer = shlex.shlex(unlaunched(command), posix=False, punctuation_chars=";&|")
            lexer.whitespace_split = True
            lexer.commenters = "#"
            tokens = list(lexer)
        except ValueError:
            await self.write(b"bash: unexpected EOF while looking for matching quote\n")
            self.status = 2
            return 2
        words, joint = list[str](), ";"
        for token in [*tokens, ";"]:
            if token not in _LISTS:
                words.append(token)
                continue
            if words and (joint == ";" or (joint == "&&") == (self.status == 0)):
                self.status = await self._command([self._expand(word) for word in words])
            words, joint = [], token
        return self.status

    def _expand(self, word: str) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1].strip("{}")
            return str(self.status) if name == "?" else self.env.get(name, "")

        def part(match: re.Match[str]) -> str:
            text = match[0]
            if text.startswith("'"):
                return text[1:-1]
            return _WORD.sub(value, re.sub(r'\\(["\\$`])', r"\1", text[1:-1]) if text.startswith('"') else text)

        return re.sub(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|[^'\"]+", part, word)

    async def _command(self, words: list[str]) -> int:
        name, *rest = words
        if name in _STATUSES:
            return _STATUSES[name]
        if name == "exit":
            return _exit_status(*rest)
        if name in {"sh", "bash"}:
            inner = Shell(self.write, self.read, self.sleep, self.now, self.env)
            return await inner.run(rest[1]) if rest[:1] == ["-c"] and len(rest) > 1 else 0
        if name in {"cat", "sleep", "yes"}:
            await self._long(name, rest)
            return 0
        text = self._text(name, rest)
        await self.write((f"bash: {name}: command not found\n" if text is None else text).encode())
        return NOT_FOUND if text is None else 0

    async def _long(self, name: str, rest: list[str]) -> None:
        if name == "cat":
            async for piece in self.read():
                await self.write(piece)
        elif name == "sleep":
            await self.sleep(float(rest[0]) if rest else 0)
        else:
            line = (" ".join(rest) or "y").encode() + b"\n"
            while True:
                await self.write(line * 512)

    def _text(self, name: str, rest: list[str]) -> str | None:
        """The output of a program that only writes; None if it is not one."""
        match name:
            case "echo" if rest[:1] == ["-n"]:
                return " ".join(rest[1:])
            case "echo":
                return " ".join(rest) + "\n"
            case "printf":
                return "".join(rest[:1]).replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t")
            case "date":
                return format_datetime(datetime.fromtimestamp(self.now(), UTC)) + "\n"
            case "env":
                return "".join(f"{key}={value}\n" for key, value in self.env.items())
            case _:
                return None
