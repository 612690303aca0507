"""Archives of folders: what is in them, and that the same folder gives the same bytes."""

import asyncio
import hashlib
import os
import tarfile
from pathlib import Path
from threading import Event

import pytest

from aioheroku import errors
from aioheroku._streams.archive import StoppedError, pack
from aioheroku._streams.threads import stoppable
from tests._support.secrets import raises


def filled(folder: Path, **contents: str) -> Path:
    for name, content in contents.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def names(folder: Path, *, ignore: bool = True) -> list[str]:
    with pack(Event(), folder, ignore=ignore) as file, tarfile.open(fileobj=file) as archive:
        return archive.getnames()


def test_the_same_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the times, and the order in which files were made; a program stays one that can be run."""
    first = filled(tmp_path / "1", a="1", b__c="2", **{"b-d": "3"})
    second = filled(tmp_path / "2", **{"b-d": "3"}, b__c="2", a="1")
    os.utime(second / "a", (1, 1))
    for folder in (first, second):
        (folder / "a").chmod(0o700)
    with pack(Event(), first) as one, pack(Event(), second) as other:
        assert hashlib.sha256(one.read()).digest() == hashlib.sha256(other.read()).digest()
        one.seek(0)
        with tarfile.open(fileobj=one) as archive:
            assert [(entry.name, entry.mode) for entry in archive] == [("a", 0o755), ("b/c", 0o644), ("b-d", 0o644)]


def test_what_is_ignored(tmp_path: Path) -> None:
    """Nested `.gitignore`s, the nearest counts; `.slugignore` at the root alone; never `.git`; no empty folders."""
    filled(
        tmp_path,
        _dot_gitignore="*.log\n/build/\n",
        _dot_slugignore="docs\n!docs/keep\n",
        a="",
        **{"a.log": "", "build__x": "", "docs__keep": "", "src__build__x": "", "src__b.log": "", "src__c.tmp": ""},
        src___dot_gitignore="!b.log\n*.tmp\n",
        src___dot_slugignore="c.tmp\n",
        _dot_git__config="",
        _dot_gitmodules="",
    )
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("a")
    assert names(tmp_path) == [
        ".gitignore", ".slugignore", "a", "link", "src/.gitignore", "src/.slugignore", "src/b.log", "src/build/x",
    ]  # fmt: skip
    assert {"a.log", "build/x", "docs/keep", "src/c.tmp"} <= set(names(tmp_path, ignore=False))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """There is nothing to deploy."""
    with raises(errors.InvalidRequest):
        pack(Event(), tmp_path)


async def test_packing_can_be_stopped(tmp_path: Path) -> None:
    """A cancelled archive ends, and its thread with it; the loop is free meanwhile."""
    filled(tmp_path, **{f"f{i}": "x" * 1000 for i in range(300)})
    packing = asyncio.create_task(stoppable(pack, tmp_path))
    await asyncio.sleep(0)
    packing.cancel()
    with pytest.raises(asyncio.CancelledError):  # noqa: TID251
        await packing
    event = Event()
    event.set()
    with pytest.raises(StoppedError):  # noqa: TID251
        pack(event, tmp_path)
