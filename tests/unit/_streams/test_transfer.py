"""Uploads and downloads by a scripted `Open`."""

import asyncio
import gzip
import hashlib
import io
import os
import random
import tempfile
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from aioheroku import StreamTimes, errors
from aioheroku._seams import Opening
from aioheroku._streams.download import download
from aioheroku._streams.live import Streams
from aioheroku._streams.packed import Packed
from aioheroku._streams.source import prepared
from aioheroku._streams.transfer import Report, upload
from aioheroku.events import TransferProgress
from tests._support.secrets import raises
from tests._support.streams import Body, Opens
from tests._support.virtual_loop import run

DATA = bytes(range(256)) * 4096
SUM = hashlib.sha256(DATA).hexdigest()
URL = "https://store.example.com/s3cr3t"
LOST = errors.ConnectionLost("reset", "PUT", "source")
DENIED = b"<Error><Code>SignatureDoesNotMatch</Code></Error>"


class Store(Opens):
    """Reads the bodies of uploads."""

    def __init__(self, *bodies: Body | BaseException) -> None:
        super().__init__(bodies)
        self.got: list[bytes] = []

    async def __call__(self, opening: Opening) -> Body:
        if opening.body is not None:
            self.got.append(b"".join([piece async for piece in opening.body]))
        return await super().__call__(opening)


def uploaded(store: Store, file: io.BytesIO | None = None) -> tuple[Any, list[TransferProgress]]:
    seen: list[TransferProgress] = []
    anything: Any = store

    async def once() -> Any:
        report = Report(Streams(anything, anything), seen.append, "PUT", "/sources", "source", len(DATA))
        packed = Packed(file or io.BytesIO(b"12" + DATA), 0 if file else 2, len(DATA), SUM, owned=False)
        return await upload(report, URL, packed, StreamTimes())

    return run(once(), patience=0.3), seen


def test_an_upload() -> None:
    """Exactly the bytes, no header but the length's, and the end of progress."""
    store = Store(Body())
    done, seen = uploaded(store)
    assert (done.bytes, done.sha256, store.got) == (len(DATA), SUM, [DATA])
    assert (store.seen[0].headers, store.seen[0].length) == ({}, len(DATA))
    assert (seen[-1].sent, seen[-1].total) == (len(DATA), len(DATA))
    assert len(seen) <= 12


def test_an_upload_is_repeated() -> None:
    """From the beginning on 5xx and reset, five times in all; never on 4xx, whose code is in the error."""
    store = Store(Body(status=503), LOST, Body())
    uploaded(store)
    assert store.got == [DATA] * 3
    store = Store(*(Body(status=500) for _ in range(9)))
    with raises(errors.TransferFailed) as caught:
        uploaded(store)
    assert (len(store.got), caught.value.status) == (5, 500)
    store = Store(Body(DENIED, status=403))
    with raises(errors.TransferFailed) as caught:
        uploaded(store)
    assert (caught.value.status, caught.value.code, len(store.got)) == (403, "SignatureDoesNotMatch", 1)


def test_a_source_that_changes() -> None:
    """Shorter, longer or other bytes than were hashed are `SourceChanged`."""
    for data in (DATA[:-1], DATA + b"x", b"x" + DATA[1:]):
        with raises(errors.SourceChanged):
            uploaded(Store(Body()), io.BytesIO(data))


class Early(Store):
    """Responds before all was sent, and leaves the body where it was."""

    async def __call__(self, opening: Opening) -> Body:
        assert opening.body is not None
        self.got.append(bytes(await anext(aiter(opening.body))))
        return await Opens.__call__(self, opening)


def test_an_early_response(tmp_path: Path) -> None:
    """Once an upload has ended in whatever way, nobody reads the file any more: it may be closed."""
    path = tmp_path / "source"
    path.write_bytes(DATA)
    for body in (Body(DENIED, status=403), LOST):
        opened = path.open("rb")
        anything: Any = Early(body)

        async def once(file: Any = opened, store: Any = anything) -> None:
            report = Report(Streams(store, store), None, "PUT", "/sources", "source", len(DATA))
            packed = Packed(file, 0, len(DATA), SUM, owned=True)
            try:
                await upload(report, URL, packed, StreamTimes(failures=1))
            finally:
                packed.close()

        with raises(errors.TransferFailed):
            run(once(), patience=0.3)
        assert opened.closed


def test_a_file_that_is_written_meanwhile(tmp_path: Path) -> None:
    """A file's time tells that it was changed, without reading it a second time: other bytes of the same number."""
    path = tmp_path / "source.tgz"
    path.write_bytes(b"\x1f\x8b" + DATA)

    class Writing(Store):
        async def __call__(self, opening: Opening) -> Body:
            with path.open("r+b") as file:
                file.write(b"\x1f\x8b" + DATA[::-1])
            return await super().__call__(opening)

    async def once(store: Any) -> Any:
        packed = await prepared(path, "source", ignore=False, checksum=None)
        try:
            report = Report(Streams(store, store), None, "PUT", "/sources", "source", packed.size)
            return await upload(report, URL, packed, StreamTimes())
        finally:
            packed.close()

    assert run(once(Store(Body())), patience=0.3).bytes == len(DATA) + 2
    with raises(errors.SourceChanged):
        run(once(Writing(Body())), patience=0.3)


class Counting(ThreadPoolExecutor):
    """Counts what threads have to do."""

    count = 0

    def submit(self, *args: Any, **options: Any) -> Any:
        self.count += 1
        return super().submit(*args, **options)


def _in_memory(path: Path) -> bool:
    """Whether this system can say what it has in memory of a file."""
    with path.open("rb") as file:
        return Packed(file, 0, 1, "", owned=False).read_cached(0, memoryview(bytearray(1))) is not None


async def sent(source: Any) -> tuple[bytes, int, int]:
    """What is uploaded of a source, how often a thread was needed after it was hashed, the turns of other tasks."""
    turns = 0

    async def taking_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    store: Any = Store(Body())
    packed = await prepared(source, "source", ignore=False, checksum=None)
    executor = Counting()
    asyncio.get_running_loop().set_default_executor(executor)
    others = asyncio.create_task(taking_turns())
    try:
        report = Report(Streams(store, store), None, "PUT", "/sources", "source", packed.size)
        assert (await upload(report, URL, packed, StreamTimes())).bytes == packed.size
    finally:
        others.cancel()
        packed.close()
    return store.got[0], executor.count, turns


def test_files_in_memory_need_no_thread(tmp_path: Path) -> None:
    """What the system has in memory is read at once, and other tasks have their turn all the same."""
    path = tmp_path / "source.tgz"
    data = b"\x1f\x8b" + DATA * 20
    path.write_bytes(data)
    if not _in_memory(path):
        pytest.skip("this system cannot say what it has in memory")
    body, threads, turns = run(sent(path), patience=0.3)
    assert (body == data, threads) == (True, 0)
    assert turns >= 4


@pytest.mark.parametrize("held", [0, 1, 5, 100])
@pytest.mark.parametrize("part", [slice(None), slice(-9, None)], ids=["whole", "rest"])
def test_pieces_stay_while_held(held: int, part: slice, tmp_path: Path) -> None:
    """What a transport has not sent yet, a piece or a view of its rest, is not changed by the pieces behind it."""
    path = tmp_path / "source.tgz"
    data = b"\x1f\x8b" + random.Random(1).randbytes(4_000_000)
    path.write_bytes(data)
    buffers = set[int]()

    class Slow(Store):
        """Looks at a piece when this number of further ones has come."""

        async def __call__(self, opening: Opening) -> Body:
            assert opening.body is not None
            unsent, at = deque[tuple[int, Any]](), 0
            async for piece in opening.body:
                buffers.add(id(getattr(piece, "obj", piece)))
                rest = memoryview(piece)[part]
                at += len(piece)
                unsent.append((at, rest))
                if len(unsent) > held:
                    end, rest = unsent.popleft()
                    assert rest == data[end - len(rest) : end]
                del piece, rest
            for end, rest in unsent:
                assert rest == data[end - len(rest) : end]
            return await super().__call__(evolve(opening, body=None))

    async def once(store: Any) -> int:
        packed = await prepared(path, "source", ignore=False, checksum=None)
        try:
            report = Report(Streams(store, store), None, "PUT", "/sources", "source", packed.size)
            return (await upload(report, URL, packed, StreamTimes())).bytes
        finally:
            packed.close()

    assert run(once(Slow(Body())), patience=0.3) == len(data)
    assert not _in_memory(path) or len(buffers) <= held + 3


def test_files_that_are_more_than_they_seem() -> None:
    """Of an open file is sent what it reads, which need not be what its descriptor has."""
    plain = gzip.compress(DATA)
    with tempfile.TemporaryFile() as file:
        file.write(gzip.compress(plain))
        file.seek(0)
        with gzip.open(file) as opened:
            body, threads, _ = run(sent(opened), patience=0.3)
            assert (body, threads > 0) == (plain, True)
            opened.seek(0)
            body, threads, _ = run(sent(io.BufferedReader(opened)), patience=0.3)
            assert (body, threads > 0) == (plain, True)


@pytest.mark.parametrize("change", [-1, 1])
def test_a_file_that_grows_or_shrinks(change: int, tmp_path: Path) -> None:
    """It is noticed while it is sent: a part of it is no upload."""
    path = tmp_path / "source.tgz"
    path.write_bytes(b"\x1f\x8b" + DATA)

    async def once(store: Any) -> Any:
        packed = await prepared(path, "source", ignore=False, checksum=None)
        os.truncate(path, packed.size + change)
        try:
            report = Report(Streams(store, store), None, "PUT", "/sources", "source", packed.size)
            return await upload(report, URL, packed, StreamTimes())
        finally:
            packed.close()

    with raises(errors.SourceChanged):
        run(once(Store(Body())), patience=0.3)


def downloaded(to: Path, *bodies: Body | BaseException, expected: str | None = SUM) -> tuple[Any, Opens]:
    opens: Any = Opens(bodies)

    async def once() -> Any:
        report = Report(Streams(opens, opens), None, "GET", "/apps/{app}/slugs/{slug}", "slug", None)
        return await download(report, URL, to, expected, StreamTimes())

    return run(once(), patience=0.3), opens


def test_a_download(tmp_path: Path) -> None:
    """It goes on where it was cut; a store that gives all again is fine."""
    tag = {"ETag": '"e"'}
    lost = errors.ConnectionLost("cut", "GET", "slug")
    to = tmp_path / "slug.tgz"
    done, opens = downloaded(
        to,
        Body(DATA[:5000], lost, headers=tag),
        Body(DATA[5000:9000], lost, status=206, headers={**tag, "Content-Range": f"bytes 5000-{len(DATA) - 1}/1"}),
        Body(DATA, headers=tag),
    )
    assert (to.read_bytes(), done.sha256, done.bytes) == (DATA, SUM, len(DATA))
    assert [opening.headers.get("Range") for opening in opens.seen] == [None, "bytes=5000-", "bytes=9000-"]


@pytest.mark.parametrize("size", [1, 65_536, 300_001, 2_500_000])
def test_downloads_in_blocks(size: int, tmp_path: Path) -> None:
    """Whatever the pieces are that come, the file is exact: smaller than a block that is written, or larger."""
    whole = DATA * 6
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    to = tmp_path / "slug.tgz"
    done, _ = downloaded(to, Body(*pieces[: 1000 if size == 1 else None]), expected=None)
    written = whole[:1000] if size == 1 else whole
    assert to.read_bytes() == written
    assert done.sha256 == hashlib.sha256(written).hexdigest()


def test_a_download_that_fails(tmp_path: Path) -> None:
    """The older file stays, and nothing else is left: another checksum, a refusal, too many failures."""
    to = tmp_path / "slug.tgz"
    to.write_text("old")
    with pytest.raises(errors.ChecksumMismatch):  # noqa: TID251 - checksums are no secrets
        downloaded(to, Body(b"other"))
    with raises(errors.TransferFailed) as caught:
        downloaded(to, Body(DENIED, status=403))
    assert caught.value.code == "SignatureDoesNotMatch"
    with raises(errors.TransferFailed):
        downloaded(to, *(Body(status=503) for _ in range(5)))
    with raises(errors.TransferFailed) as caught:  # all again each time, and never further
        downloaded(to, *(Body(DATA[:5000], errors.ConnectionLost("cut", "GET", "slug")) for _ in range(6)))
    assert caught.value.sent == 5000
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]
