"""Sources, slugs and the output of builds on the simulated platform."""

import io
import tarfile
from hashlib import sha256

import pytest
from aiohttp import ClientError, ClientSession
from yarl import URL

from aioheroku.testing import Platform
from aioheroku.testing.stream_faults import Cut, Resume, StoreError
from tests._support.platform_client import Api


def _archive() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        entry = tarfile.TarInfo("app.py")
        entry.size = 2
        archive.addfile(entry, io.BytesIO(b"1\n"))
    return file.getvalue()


async def _put(url: str, data: bytes, **headers: str) -> tuple[int, str]:
    async with (
        ClientSession(skip_auto_headers=["Content-Type"]) as session,
        session.put(URL(url, encoded=True), data=data, headers=headers) as response,
    ):
        return response.status, await response.text()


async def _get(url: str, **headers: str) -> tuple[int, bytes]:
    async with ClientSession() as session, session.get(URL(url, encoded=True), headers=headers) as response:
        return response.status, await response.read()


async def _source(api: Api) -> tuple[str, str]:
    blob = (await api("POST", "/sources")).body["source_blob"]
    return blob["put_url"], blob["get_url"]


async def test_store_is_strict(api: Api) -> None:
    """A type, a token, another method or another signature are refused in XML; nothing is there before."""
    put, get = await _source(api)
    assert "NoSuchKey" in (await _get(get))[1].decode()
    assert "SignatureDoesNotMatch" in (await _put(put, b"x", **{"Content-Type": "application/gzip"}))[1]
    assert "InvalidArgument" in (await _put(put, b"x", Authorization="Bearer x"))[1]
    assert (await _put(get, b"x"))[0] == 403
    assert (await _put(put.replace("%2F", "/"), b"x"))[0] == 403
    assert (await _put(put, b"x"))[0] == 200
    assert (await _put(put, b"y"))[0] == 412
    assert await _get(get) == (200, b"x")


async def test_address_of_a_blob_expires(platform: Platform, api: Api) -> None:
    """An upload is allowed for an hour, a download for a day."""
    put, get = await _source(api)
    platform.advance(3601)
    assert "expired" in (await _put(put, b"x"))[1]
    platform.advance(86400)
    assert (await _get(get))[0] == 403


async def test_store_errors_on_demand(platform: Platform, api: Api) -> None:
    """The store refuses with any code of S3's."""
    platform.fault(StoreError("RequestTimeTooSkewed"))
    put, _ = await _source(api)
    assert "RequestTimeTooSkewed" in (await _put(put, b"x"))[1]
    assert (await _put(put, b"x"))[0] == 200


async def test_build_takes_the_source(platform: Platform, api: Api, app: str) -> None:
    """A build reads what was uploaded: an archive builds, a wrong checksum, garbage and nothing fail."""
    results = list[str]()
    for data, checksum in ((_archive(), None), (_archive(), "SHA256:" + "0" * 64), (b"garbage", None), (None, None)):
        put, get = await _source(api)
        if data is not None:
            await _put(put, data)
        body = {"source_blob": {"url": get, "checksum": checksum}}
        build = (await api("POST", f"{app}/builds", body)).body
        platform.advance(30)
        results.append((await api("GET", f"{app}/builds/{build['id']}")).body["status"])
    assert results == ["succeeded", "failed", "failed", "failed"]


async def test_checksum_in_the_usual_form(platform: Platform, api: Api, app: str) -> None:
    """The right checksum lets the build go on."""
    put, get = await _source(api)
    data = _archive()  # once: gzip writes the time into it
    await _put(put, data)
    checksum = "SHA256:" + sha256(data).hexdigest()
    build = (await api("POST", f"{app}/builds", {"source_blob": {"url": get, "checksum": checksum}})).body
    platform.advance(30)
    assert (await api("GET", f"{app}/builds/{build['id']}")).body["status"] == "succeeded"


async def test_output_from_an_offset(platform: Platform, api: Api, app: str) -> None:
    """200 while the channel lives, 206 and 416 of the stored object, 204 at the end, and each on demand."""
    body = {"source_blob": {"url": "https://example.com/x.tgz"}}
    url = (await api("POST", f"{app}/builds", body)).body["output_stream_url"]
    platform.advance(21)
    status, whole = await _get(url)
    assert status == 200
    assert whole.startswith(b"----->")
    assert await _get(url, Range="bytes=7-") == (200, whole[7:])
    assert await _get(url, Range="7-") == (200, whole[7:])
    assert (await _get(url, Range=f"bytes={len(whole)}-"))[0] == 204
    platform.fault(Resume("ignored"))
    assert await _get(url, Range="bytes=7-") == (200, whole)
    events = (await _get(url, Accept="text/event-stream"))[1]
    assert events.startswith(b"id: %d\ndata: ----->" % len(whole))
    platform.advance(90)
    assert await _get(url, Range="bytes=7-") == (206, whole[7:])
    assert (await _get(url, Range="bytes=9999-"))[0] == 416


async def test_uploads_that_break_on_demand(platform: Platform, api: Api) -> None:
    """A cut resets the connection within the body; nothing is stored, and the next upload is taken."""
    put, get = await _source(api)
    platform.fault(Cut(at=2), times=None)
    with pytest.raises(ClientError):  # noqa: TID251 - of a plain client
        await _put(put, b"whole")
    platform.clear_faults()
    assert (await _get(get))[0] == 404
    assert (await _put(put, b"whole"))[0] == 200


async def test_ranges_of_a_download(platform: Platform, api: Api) -> None:
    """206 from an offset; ignored or refused on demand."""
    put, get = await _source(api)
    await _put(put, b"whole")
    assert await _get(get, Range="bytes=2-") == (206, b"ole")
    platform.fault(Resume("ignored"))
    assert await _get(get, Range="bytes=2-") == (200, b"whole")
    platform.fault(Resume("refused"))
    assert (await _get(get, Range="bytes=2-"))[0] == 416


async def test_a_slug_that_is_not_what_it_was_said(platform: Platform, api: Api, app: str) -> None:
    """Another checksum than the slug was made with shows when a dyno starts: R17, and it does not run."""
    for said, state in ((sha256(b"x").hexdigest(), "up"), ("0" * 64, "crashed")):
        body = {"process_types": {"web": "./run"}, "checksum": f"SHA256:{said}"}
        slug = (await api("POST", f"{app}/slugs", body)).body
        assert (await _put(slug["blob"]["url"], b"x"))[0] == 200
        await api("POST", f"{app}/releases", {"slug": slug["id"]})
        platform.advance(10)
        (dyno,) = (await api("GET", f"{app}/dynos")).body
        assert dyno["state"] == state
    url = (await api("POST", f"{app}/log-sessions", {"lines": 1500})).body["logplex_url"]
    assert (await _get(url))[1].count(b"heroku[web.1]: Error R17 (Checksum error) -> ") == 1


async def test_a_slug_of_a_fleet_can_be_downloaded() -> None:
    """Its address is on the platform's own host, the same each time, and gives an archive with the Procfile."""
    async with (
        Platform(apps=3, seed=1) as platform,
        ClientSession(base_url=platform.url) as session,
    ):
        api = Api(session, platform.token)
        app = next(app for app in platform.state.apps.values() if len(app.parts.slugs))
        slug = next(iter(app.parts.slugs))
        path = f"/apps/{app.row['id']}/slugs/{slug['id']}"
        blob = (await api("GET", path)).body["blob"]
        assert (await api("GET", path)).body["blob"] == blob
        assert blob["url"].startswith(platform.url)
        status, data = await _get(blob["url"])
        assert status == 200
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            text = archive.extractfile("./app/Procfile")
            assert text is not None
            assert text.read().decode().splitlines()[0].split(":")[0] in slug["process_types"]
