"""How an audit reads: account-wide lists, the platform's generation, and apps that have to be read one by one."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from aioheroku import Heroku, Pool
from aioheroku.audit import DEFAULT_PARTS, PARTS, Audit, Record
from aioheroku.errors import Unauthorized
from aioheroku.testing import Platform, faults
from tests._support.certificates import self_signed
from tests._support.secrets import raises

UNKNOWN = faults.Answer(404, {"id": "not_found", "message": "Not found."})
"""What the platform says of a path that it does not know."""
OF_2014 = (
    "formation", "dynos", "releases", "domains", "addons", "collaborators", "config-vars", "log-drains",
    "ssl-endpoints",
)  # fmt: skip
OWN = "username@example.com"
APPS = 30
"""Enough for apps of several owners."""


async def read(audit: Audit) -> dict[str, Record]:
    return {str(record.id): record async for record in audit.records()}


def asked(platform: Platform, template: str) -> int:
    return sum(one.template == template for one in platform.requests)


async def rows(heroku: Heroku, path: str) -> list[dict[str, Any]]:
    return [row async for row in heroku.request_pages("GET", path)]


def plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list) else value


async def wrong(heroku: Heroku, records: dict[str, Record]) -> list[tuple[str, str]]:
    """The parts that differ from what each app says itself."""
    found = list[tuple[str, str]]()
    async for app in heroku.apps.list():
        record = records.get(str(app.id))
        for part, value in record.parts.items() if record else ():
            if plain(await PARTS[part](heroku, app)) != plain(value):
                found.append((app.name, part))
    return found


async def test_each_part_is_as_the_app_says(platform: Platform, heroku: Heroku) -> None:
    """However a part was read, from a list of the account, of a pipeline, or alone: it is what the app itself says."""
    await heroku.addon_attachments.create(
        addon=(await rows(heroku, "/addons"))[0]["id"], app=next(iter(platform.state.apps))
    )
    platform.advance(10)
    platform.clear_requests()
    audit = Audit(heroku)
    records = await read(audit)
    assert asked(platform, "/addons") == asked(platform, "/addon-attachments") == 1
    assert asked(platform, "/apps/{app}/addons") == 0
    assert audit.saved["addons"] == 30
    assert audit.saved["releases"] > 0
    assert len(records) == 30
    assert await wrong(heroku, records) == []


async def test_what_a_list_lacks_is_read(platform: Platform, heroku: Heroku) -> None:
    """An account-wide list without the apps that one collaborates in: these are read alone, and no row is wrong."""
    owners = {str(app.id): app.owner.email async for app in heroku.apps.list()}
    own = [row for row in await rows(heroku, "/addons") if owners[row["app"]["id"]] == OWN]
    others = [app for app, owner in owners.items() if owner != OWN]
    assert own
    platform.fault(faults.Answer(200, own), times=None, path="/addons")
    platform.fault(UNKNOWN, times=None, path="/teams/*/addons")
    platform.clear_requests()
    records = await read(Audit(heroku, include=["addons"]))
    assert asked(platform, "/apps/{app}/addons") == len(others) > 10
    assert await wrong(heroku, records) == []


async def test_apps_of_a_team_come_with_its_list(platform: Platform, heroku: Heroku) -> None:
    """Where the account's list has nothing of a team, the team's own list is read, not each of its apps."""
    owners = {str(app.id): app.owner.email async for app in heroku.apps.list()}
    kept = [row for row in await rows(heroku, "/addons") if not owners[row["app"]["id"]].endswith("herokumanager.com")]
    platform.fault(faults.Answer(200, kept), times=None, path="/addons")
    platform.clear_requests()
    records = await read(Audit(heroku, include=["addons"]))
    assert asked(platform, "/teams/{team}/addons") == 2
    assert asked(platform, "/apps/{app}/addons") == 0
    assert await wrong(heroku, records) == []


async def test_a_list_that_names_no_apps(platform: Platform, heroku: Heroku) -> None:
    """Add-ons of which the platform does not say the app cannot replace what the apps say."""
    nameless = [{name: value for name, value in row.items() if name != "app"} for row in await rows(heroku, "/addons")]
    platform.fault(faults.Answer(200, nameless), times=None, path="/addons")
    records = await read(Audit(heroku, include=["addons"]))
    assert await wrong(heroku, records) == []


async def test_an_empty_list_of_the_own_apps_is_enough(platform: Platform, heroku: Heroku) -> None:
    """An account without any add-on is not read app by app."""
    platform.fault(faults.Answer(200, []), times=None, path="/addons")
    audit = Audit(
        heroku, include=["addons"], apps=[app.id async for app in heroku.apps.list() if app.owner.email == OWN]
    )
    platform.clear_requests()
    records = await read(audit)
    assert asked(platform, "/apps/{app}/addons") == 0
    assert {str(record.parts) for record in records.values()} == {"{'addons': []}"}


@pytest.mark.parametrize("lasting", [False, True])
async def test_a_list_that_breaks_off(lasting: bool) -> None:
    """It is resumed from where it broke off; if it breaks off again, each app is read, and no row is wrong."""
    async with (
        Platform(apps=600, capacity=50_000) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool(), retry=None) as heroku,
    ):
        platform.fault(faults.ServerError(), times=None if lasting else 1, path="/addons", after=1)
        audit = Audit(heroku, include=["addons"])
        records = await read(audit)
        assert len(records) == 600
        assert not any(record.errors for record in records.values())
        assert asked(platform, "/apps/{app}/addons") == (600 if lasting else 0)
        assert list(audit.unlisted) == (["addons"] if lasting else [])
        assert any("GET /addons failed" in note for note in audit.notes()) is lasting
        platform.clear_faults()
        true = Counter(row["app"]["id"] for row in await rows(heroku, "/addons"))
        assert {app: len(record.parts["addons"]) for app, record in records.items()} == {
            app: true[app] for app in records
        }


async def test_a_list_and_an_app_that_fail(platform: Platform, heroku: Heroku) -> None:
    """Where a list fails and an app too, that app's row has the error, and the others are complete."""
    broken = next(iter(platform.state.apps))
    platform.fault(faults.ServerError(), times=None, path="/addons")
    platform.fault(faults.ServerError(), times=None, path=f"/apps/{broken}/addons")
    records = await read(Audit(heroku, include=["addons"]))
    assert [error.part for error in records.pop(broken).errors] == ["addons"]
    assert not any(record.errors for record in records.values())


async def test_a_token_refused_by_a_list_ends_it(platform: Platform, heroku: Heroku) -> None:
    """A token that is no longer valid is not mistaken for a missing list."""
    platform.fault(faults.Answer(401, {"id": "unauthorized", "message": "Invalid."}), times=None, path="/addons")
    with raises(Unauthorized):
        await read(Audit(heroku))
    assert platform.requests_total < 10


@pytest.mark.parametrize("steps", [1, 5, 20, 100])
async def test_a_cancelled_audit_ends(steps: int, platform: Platform, heroku: Heroku) -> None:
    """Whatever it waits for at that moment, its own calls or those that it shares with other apps."""
    audit = Audit(heroku)
    await audit.count()
    platform.fault(faults.Latency(30), times=None, path="/apps/*")
    platform.fault(faults.Latency(30), times=None, path="/pipelines/*")
    running = asyncio.ensure_future(read(audit))
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()


async def test_few_apps_are_read_one_by_one(platform: Platform, heroku: Heroku) -> None:
    """One app of many costs a call for each part, and no list of the whole account."""
    app = next(iter(platform.state.apps))
    records = await read(Audit(heroku, include=["addons", "addon-attachments"], apps=[app]))
    assert len(records) == 1
    assert asked(platform, "/addons") == asked(platform, "/addon-attachments") == 0
    assert platform.requests_total == 2 + 2


@pytest.mark.parametrize("gone", [UNKNOWN, faults.Answer(410, {"id": "gone", "message": "Gone."})])
async def test_an_absent_part_is_requested_once(gone: faults.Fault, platform: Platform, heroku: Heroku) -> None:
    """A part that the platform lacks costs one call, is in no record, is not an error, and is reported once."""
    platform.fault(gone, times=None, path="/apps/*/ssl-endpoints")
    audit = Audit(heroku, include=["ssl-endpoints", "domains"])
    records = await read(audit)
    assert asked(platform, "/apps/{app}/ssl-endpoints") == 1
    assert all(list(record.parts) == ["domains"] and not record.errors for record in records.values())
    assert audit.absent == ("ssl-endpoints",)
    assert sum("ssl-endpoints" in note for note in audit.notes()) == 2  # that it is absent, and the calls saved
    assert audit.saved["ssl-endpoints"] == 29


async def test_ssl_endpoints_are_not_of_today(platform: Platform, heroku: Heroku) -> None:
    """By default what is out of today's schema is not requested from a platform of today."""
    records = await read(Audit(heroku))
    assert asked(platform, "/apps/{app}/ssl-endpoints") == 0
    assert {tuple(record.parts) for record in records.values()} == {DEFAULT_PARTS}


async def aged(platform: Platform, heroku: Heroku) -> None:
    """Let the list of apps be that of 2014."""
    later = {"acm", "generation", "internal_routing", "team", "build_stack", "space", "organization"}
    old = [{name: value for name, value in row.items() if name not in later} for row in await rows(heroku, "/apps")]
    platform.fault(faults.Answer(200, old), times=None, path="/apps")
    platform.clear_requests()


async def test_a_platform_of_2014(platform: Platform, heroku: Heroku) -> None:
    """Where neither the apps nor an endpoint is of today, the parts of 2014 are read, at the price of one call."""
    await aged(platform, heroku)
    for path in ("/apps/*/sni-endpoints", "/addons", "/addon-attachments", "/pipeline-couplings", "/teams*"):
        platform.fault(UNKNOWN, times=None, path=path)
    records = await read(Audit(heroku))
    assert {tuple(record.parts) for record in records.values()} == {OF_2014}
    assert not any(record.errors for record in records.values())
    assert asked(platform, "/apps/{app}/sni-endpoints") == 1
    assert asked(platform, "/apps/{app}/ssl-endpoints") == asked(platform, "/apps/{app}/addons") == 30
    assert asked(platform, "/apps/{app}/buildpack-installations") == asked(platform, "/dyno-sizes") == 0


async def test_an_undated_platform_of_today(platform: Platform, heroku: Heroku) -> None:
    """Apps without a generation are of today if an endpoint of today exists."""
    await aged(platform, heroku)
    records = await read(Audit(heroku))
    assert {tuple(record.parts) for record in records.values()} == {DEFAULT_PARTS}


@pytest.mark.parametrize("apps", [60, 130])
async def test_certificates_of_a_large_account(apps: int) -> None:
    """Of many apps those are read that have a domain with a certificate; of few, all."""
    async with (
        Platform(apps=apps, capacity=50_000) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku,
    ):
        app = await heroku.apps.info(next(iter(platform.state.apps)))
        there = sum(bool(len(one.parts.sni_endpoints)) for one in platform.state.apps.values())
        chain, key = self_signed("www.example.net")
        endpoint = await heroku.sni_endpoints.create(app, certificate_chain=chain, private_key=key)
        await heroku.domains.create(app, hostname="www.example.net", sni_endpoint=endpoint.id)
        platform.advance(10)
        platform.clear_requests()
        audit = Audit(heroku, include=["domains", "sni-endpoints"])
        records = await read(audit)
        assert asked(platform, "/apps/{app}/sni-endpoints") == (60 if apps == 60 else 1 + there)
        assert [one["name"] for one in records[str(app.id)].parts["sni-endpoints"]] == [endpoint.name]
        assert all(list(record.parts) == ["domains", "sni-endpoints"] for record in records.values())
        assert audit.saved.get("sni-endpoints", 0) == (0 if apps == 60 else 129 - there)


async def test_an_old_release_of_a_pipeline_is_not_used(platform: Platform, heroku: Heroku) -> None:
    """Where a pipeline's list has an earlier release than the app itself reports, the app's own are read."""
    coupling = (await rows(heroku, "/pipeline-couplings"))[0]
    app, pipeline = coupling["app"]["id"], coupling["pipeline"]["id"]
    newest = await rows(heroku, f"/pipelines/{pipeline}/latest-releases")
    old = [{**row, "created_at": "2012-01-01T00:00:00Z", "version": 1} for row in newest]
    platform.fault(faults.Answer(200, old), times=None, path=f"/pipelines/{pipeline}/latest-releases")
    records = await read(Audit(heroku, include=["releases", "pipelines"]))
    assert records[app].parts["releases"][0]["version"] > 1
    assert await wrong(heroku, records) == []


async def test_a_failed_release_is_found(platform: Platform, heroku: Heroku) -> None:
    """The newest release of an app in a pipeline that failed is a finding, although it came with a list."""
    app = await heroku.apps.info(next(iter(platform.state.apps)))
    for release in list(platform.state.apps[str(app.id)].parts.releases)[-1:]:
        release["status"] = "failed"
    records = await read(Audit(heroku, include=["releases", "pipelines"]))
    assert [one.kind for one in records[str(app.id)].findings if one.kind == "failed-release"] == ["failed-release"]
    failed = [id for id, record in records.items() if any(one.kind == "failed-release" for one in record.findings)]
    parts = {id: app.parts.releases.sorted_by("version").rows[-1] for id, app in platform.state.apps.items()}
    assert set(failed) == {id for id, last in parts.items() if last["status"] == "failed"}
    assert len(failed) < 4


async def test_a_second_run_reads_anew(platform: Platform, heroku: Heroku) -> None:
    """What `count` read serves only the next `records`: the one after sees what has changed."""
    audit = Audit(heroku, include=["addons"])
    await audit.count()
    before = await read(audit)
    app = next(iter(platform.state.apps))
    await heroku.addons.create(app, plan="heroku-redis:mini")
    platform.advance(10)
    after = await read(audit)
    assert len(after[app].parts["addons"]) == len(before[app].parts["addons"]) + 1
