"""Logs, uploads and downloads beside bare aiohttp, and a folder that is packed: `python -m benchmarks.streams`."""

import asyncio
import gc
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import aiohttp

from aioheroku import Heroku, Pool, StreamTimes
from aioheroku._streams.download import download
from aioheroku._streams.source import prepared
from aioheroku._streams.transfer import Report, upload
from benchmarks.harness import Series, fresh, interleaved, options, publish, table
from benchmarks.stream_server import server

_PIECE: Final = 256 * 1024
_MIB: Final = 2**20


def _heroku(url: str) -> Heroku:
    return Heroku("token", base_url=url, pool=Pool(10**9, 10**9))


async def _bare_tail(url: str, count: int, accept: str) -> None:
    """What most people write: pieces as they come, split at LF; of events the lines that are data."""
    seen, rest = 0, b""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{url}/stream?{count}", headers={"Accept": accept}) as response,
    ):
        async for piece in response.content.iter_any():
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                seen += accept == "*/*" or line.startswith(b"data:")
            if seen >= count:
                break


async def _tail(url: str, count: int, *, read: bool) -> None:
    """The same by the library; `read` looks at the time, the process and the text of each line."""
    seen = 1  # of the line that comes before those that were asked for
    async with _heroku(url) as heroku, heroku.logs(f"{count}", tail=True) as logs:
        async for line in logs:
            seen += 1
            if read and not (line.at and line.process and line.text):
                raise AssertionError(line)
            if seen >= count:
                break


async def _bare_download(url: str, size: int, to: Path, *, hashes: bool = False) -> None:
    """Written and hashed in the event loop, which stands still meanwhile."""
    found = hashlib.sha256()
    async with aiohttp.ClientSession() as session, session.get(f"{url}/down?{size}") as response:
        with to.open("wb") as file:
            async for piece in response.content.iter_any():
                file.write(piece)
                if hashes:
                    found.update(piece)


async def _download(url: str, size: int, to: Path) -> None:
    """A download as `pull_slug` makes it, whose checksum is computed."""
    async with _heroku(url) as heroku:
        report = Report(heroku._streams, None, "GET", "/apps/{app}/slugs/{slug}", "slug", None)  # noqa: SLF001 - without an API
        done = await download(report, f"{url}/down?{size}", to, None, StreamTimes())
    assert done.bytes == size


async def _file_upload(url: str, size: int, source: Path) -> None:
    """An open file as the body: what aiohttp's documentation says, which reads it in a thread."""
    headers = {"Content-Length": str(size)}
    with source.open("rb") as file:
        async with (
            aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session,
            session.put(f"{url}/up", data=file, headers=headers) as response,
        ):
            await response.read()


async def _bare_upload(url: str, size: int, source: Path, *, hashes: bool = False) -> None:
    """Read in the event loop, which stands still where the disk is slow: the least work that there can be."""

    async def pieces() -> AsyncIterator[bytes]:
        with source.open("rb") as file:
            while data := file.read(_PIECE):
                yield data

    if hashes:
        with source.open("rb") as file:
            hashlib.file_digest(file, "sha256")
    headers = {"Content-Length": str(size)}
    async with (
        aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session,
        session.put(f"{url}/up", data=pieces(), headers=headers) as response,
    ):
        await response.read()


async def _upload(url: str, size: int, source: Path) -> float:
    """An upload as `deploy` and `push_slug` make it, whose checksum is computed before; the seconds of the upload."""
    async with _heroku(url) as heroku:
        packed = await prepared(source, "source", ignore=False, checksum=None)
        try:
            report = Report(heroku._streams, None, "PUT", "/sources", "source", size)  # noqa: SLF001 - without an API
            return (await upload(report, f"{url}/up", packed, StreamTimes())).seconds
        finally:
            packed.close()


def _timed(
    call: Callable[[], Coroutine[Any, Any, object]], *, own: bool = False, writes: Path | None = None
) -> Callable[[], float]:
    """The seconds of a call, or those that it says itself; freeing an older file is no part of what `writes` one."""

    def measured() -> float:
        if writes is not None:
            writes.unlink(missing_ok=True)
        start = time.perf_counter()
        said = asyncio.run(call())
        return float(said) if own and isinstance(said, float) else time.perf_counter() - start

    return measured


def _file(folder: str, size: int) -> Path:
    """An archive of that size, as far as its first bytes tell."""
    path = Path(folder, "archive.tar.gz")
    block = os.urandom(_MIB)
    with path.open("wb") as file:
        file.write(b"\x1f\x8b")
        for _ in range(size // _MIB):
            file.write(block)
        file.truncate(size)
    return path


def _most_memory() -> int:
    """The most memory in KiB that this process had: `getrusage` would give that of the one that started it."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])


async def _peak(url: str, way: str, size: int, folder: str) -> float:
    """How much more memory in MiB the process takes at most than before a transfer of that size."""
    path = Path(folder, "archive.tar.gz")
    async with _heroku(url) as heroku:
        await heroku.request("GET", "/apps")
        await asyncio.to_thread(gc.collect)
        before = _most_memory()
        await (_upload(url, size, path) if way == "up" else _download(url, size, Path(folder, "got")))
    return (_most_memory() - before) / 1024


def _files(folder: str, files: int) -> Path:
    root = Path(folder, "app")
    for number in range(files):
        path = root / f"part{number % 40}" / f"module{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(2000) + b"# a comment\n" * 200)
    (root / ".gitignore").write_text("*.pyc\n/build\n")
    return root


async def _stall(root: Path) -> float:
    """The longest time in milliseconds that the event loop stands still while a folder is packed."""
    longest, last = 0.0, time.perf_counter()

    async def ticking() -> None:
        nonlocal longest, last
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

    task = asyncio.ensure_future(ticking())
    await asyncio.sleep(0.01)
    (await prepared(root, "source", ignore=True, checksum=None)).close()
    task.cancel()
    return longest * 1000


def _ratios(found: dict[str, Series], base: str, unit: Callable[[float], str]) -> list[list[str]]:
    """For each variant what it does in a second, and how much of what the base does."""
    return [
        [name, unit(series.median), f"{1 / series.over(found[base]):.2f} \u00b1{series.spread:.0%}"]
        for name, series in found.items()
    ]


def main(argv: list[str]) -> int:
    """Measure, print, and with --write publish."""
    if argv[:1] == ["--peak"]:
        print(json.dumps(asyncio.run(_peak(argv[1], argv[2], int(argv[3]), argv[4]))))
        return 0
    chosen = options(argv, __doc__)
    rounds, transfers, count = (1, 1, 5000) if chosen.quick else (9, 25, 200_000)
    size, large = (4 * _MIB, 16 * _MIB) if chosen.quick else (128 * _MIB, 1024 * _MIB)
    with server() as url, tempfile.TemporaryDirectory() as folder:
        path, got = _file(folder, size), Path(folder, "got")
        tails = interleaved(
            {
                "aiohttp, events split at LF": _timed(lambda: _bare_tail(url, count, "text/event-stream")),
                "aiohttp, plain lines split at LF": _timed(lambda: _bare_tail(url, count, "*/*")),
                "heroku.logs": _timed(lambda: _tail(url, count, read=False)),
                "heroku.logs, each line read": _timed(lambda: _tail(url, count, read=True)),
            },
            rounds,
        )
        ups = interleaved(
            {
                "aiohttp": _timed(lambda: _bare_upload(url, size, path)),
                "aiohttp, an open file": _timed(lambda: _file_upload(url, size, path)),
                "aiohttp, with SHA-256 before": _timed(lambda: _bare_upload(url, size, path, hashes=True)),
                "aioheroku": _timed(lambda: _upload(url, size, path), own=True),
                "aioheroku, with SHA-256 before": _timed(lambda: _upload(url, size, path)),
            },
            transfers,
        )
        downs = interleaved(
            {
                "aiohttp": _timed(lambda: _bare_download(url, size, got), writes=got),
                "aiohttp, with SHA-256": _timed(lambda: _bare_download(url, size, got, hashes=True), writes=got),
                "aioheroku, with SHA-256": _timed(lambda: _download(url, size, got), writes=got),
            },
            transfers,
        )
        _file(folder, large)
        peaks = {way: fresh("benchmarks.streams", "--peak", url, way, large, folder) for way in ("up", "down")}
        root = _files(folder, 50 if chosen.quick else 2000)
        stall = min(asyncio.run(_stall(root)) for _ in range(3))

    def lines(seconds: float) -> str:
        return f"{count / seconds / 1000:,.0f}"

    def bytes_(seconds: float) -> str:
        return f"{size / seconds / _MIB:,.0f}"

    text = table(["a tail", "1,000 lines a second", "x aiohttp"], _ratios(tails, next(iter(tails)), lines))
    for name, found in (("up", ups), ("down", downs)):
        text += "\n\n" + table([name, "MiB a second", "x aiohttp"], _ratios(found, "aiohttp", bytes_))
    rows = [[f"{large // _MIB:,} MiB {way}: more memory, MiB", f"{peak:.1f}"] for way, peak in peaks.items()]
    rows.append(["a folder of 2,000 files packed: longest stall of the event loop, ms", f"{stall:.0f}"])
    publish("streams", text + "\n\n" + table(["bounds", ""], rows), write=chosen.write)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
