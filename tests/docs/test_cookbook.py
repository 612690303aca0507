"""Every recipe of docs/cookbook does what it says, against the simulated platform."""

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from aioheroku import Heroku
from aioheroku.errors import Unauthorized
from aioheroku.testing import Platform
from tests._support.certificates import self_signed
from tests._support.secrets import raises

FOLDER = Path(__file__).parent.parent.parent / "docs" / "cookbook"
PAGES = "".join(page.read_text() for page in (FOLDER.parent / "cookbook.md", *(FOLDER.parent / "guides").glob("*.md")))


def recipe(name: str) -> Any:
    """The names that a recipe defines."""
    return SimpleNamespace(**runpy.run_path(str(FOLDER / f"{name}.py")))


@pytest.fixture
def platform(heroku_platform_factory: Callable[..., Platform]) -> Platform:
    """A platform with some apps, and tokens enough for any recipe."""
    return heroku_platform_factory(apps=20, seed=1)


def session(platform: Platform) -> Heroku:
    """A session with that platform."""
    return Heroku(platform.token, base_url=platform.url)


def test_every_recipe_is_on_the_page_and_tested() -> None:
    """A file of the folder is included in the page or in a guide, and a test of this folder runs it."""
    tests = "".join(file.read_text() for file in Path(__file__).parent.glob("*.py"))
    for file in FOLDER.glob("*.py"):
        assert f"cookbook/{file.name}" in PAGES
        assert f'recipe("{file.stem}")' in tests or f'"{file.name}"' in tests


async def test_web_dynos_are_scaled(platform: Platform) -> None:
    """Each app with a web process has that many web dynos, and the others are left alone."""
    async with session(platform) as heroku:
        scaled = await recipe("scale_web").scale_web(heroku, 2)
        assert 0 < len(scaled) <= 20
        for name in scaled:
            assert (await heroku.formation.info(name, "web")).quantity == 2


async def test_config_vars_are_copied(platform: Platform) -> None:
    """Those with the prefix, in one request."""
    async with session(platform) as heroku:
        source, target, *_ = [app.name async for app in heroku.apps.list()]
        await heroku.config_vars.update(source, {"SMTP_HOST": "a", "SMTP_PORT": "25", "OTHER": "b"})
        before = await heroku.config_vars.info(target)
        names = await recipe("copy_config").copy_config(heroku, source, target, prefix="SMTP_")
        assert names == ["SMTP_HOST", "SMTP_PORT"]
        assert await heroku.config_vars.info(target) == {**before, "SMTP_HOST": "a", "SMTP_PORT": "25"}
    assert [seen.method for seen in platform.requests].count("PATCH") == 2


async def test_an_app_grows_up(capsys: pytest.CaptureFixture[str]) -> None:
    """All of it is there, and what the webhook sends on the next release is received with the secret."""
    pytest.importorskip("cryptography")
    module = recipe("grow_an_app")
    cert, key = self_signed("www.example.com")
    async with (
        Platform(seed=1) as platform,
        TestServer(module.receiver("s3cret")) as hook,
        session(platform) as heroku,
    ):
        for name in ("shop-staging", "shop"):
            await heroku.apps.create(name=name)
        slug = await heroku.slugs.create("shop-staging", process_types={"web": "run"})
        await heroku.releases.create("shop-staging", slug=slug.id)
        url = str(hook.make_url("/heroku"))
        await module.grow(heroku, "acme", "shop-staging", "shop", cert=cert, key=key, url=url, secret="s3cret")
        platform.advance(60)
        assert [each.branch async for each in heroku.review_apps.list("acme-pipeline")] == ["main"]
        assert "PRODUCTION_DB_URL" in await heroku.config_vars.info("shop-staging")
        assert (await heroku.domains.info("shop", "www.example.com")).sni_endpoint is not None
        assert (await heroku.formation.info("shop", "web")).command == "run"
        await heroku.config_vars.update("shop", {"KEY": "value"})
        await platform.delivered()
        version = max([release.version async for release in heroku.releases.list("shop")])
    told = capsys.readouterr().out
    assert f"create release {version}: succeeded" in told
    assert "www.example.com is an alias of" in told


async def test_apps_without_drains_are_found(platform: Platform) -> None:
    """Exactly those that have none."""
    async with session(platform) as heroku:
        found = await recipe("find_undrained").find_undrained(heroku)
    assert found == sorted(name for name, app in platform.state.names.items() if not len(app.parts.log_drains))


async def test_a_token_is_rotated(platform: Platform) -> None:
    """The new token works when it is deployed and the old one afterwards does not."""
    deployed: list[str] = []

    async def deploy(token: str) -> None:
        deployed.append(token)

    async with session(platform) as heroku:
        rotate = recipe("rotate_token").rotate_token
        first = await heroku.oauth_authorizations.create(scope=["global"])
        second = await rotate(heroku, first.id, deploy)
        third = await rotate(heroku, second, deploy)
        left = {one.id async for one in heroku.oauth_authorizations.list()}
    assert third in left
    assert not left & {first.id, second}
    async with Heroku(deployed[1], base_url=platform.url) as new:
        await new.account.info()
    async with Heroku(deployed[0], base_url=platform.url, retry=None) as old:
        with raises(Unauthorized):
            await old.account.info()


async def test_a_build_is_waited_for(platform: Platform) -> None:
    """The result comes when the build has ended."""
    async with session(platform) as heroku:
        name = next(iter(platform.state.names))
        build = recipe("build_and_wait").build_and_wait
        platform.behavior(name).build_seconds = 0.1
        result = await build(heroku, name, "https://example.com/a.tgz", "v1", poll=0.01)
    assert result.build.status == "succeeded"


async def test_an_export_is_resumed(platform: Platform, tmp_path: Path) -> None:
    """Every app is in the file, and the cursor is gone at the end."""
    file, cursor = tmp_path / "apps.jsonl", tmp_path / "cursor"
    cursor.write_text("id ..; max=7")
    async with session(platform) as heroku:
        await recipe("export_apps").export_apps(heroku, file, cursor)
    assert {json.loads(line)["name"] for line in file.read_text().splitlines()} == platform.state.names.keys()
    assert not cursor.exists()


async def test_progress_is_shown(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    """The bar ends at 100 %, and the count is that of all apps."""
    async with session(platform) as heroku:
        total = await recipe("progress_bar").count_dynos(heroku)
    assert total == sum(len(app.parts.dynos) for app in platform.state.names.values())
    assert "100%" in capsys.readouterr().out


async def test_a_fastapi_app_shares_a_session(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is open while the app runs, and an unknown app is a 404."""
    fastapi = pytest.importorskip("fastapi")
    module = recipe("fastapi_app")
    app = fastapi.FastAPI()
    monkeypatch.setitem(
        module.lifespan.__wrapped__.__globals__, "Heroku", SimpleNamespace(from_env=lambda: session(platform))
    )
    name = next(iter(platform.state.names))
    async with module.lifespan(app):
        heroku = module.session(SimpleNamespace(app=app))
        shown = await module.show(name, heroku)
        assert shown["name"] == name
        with raises(fastapi.HTTPException) as caught:
            await module.show("no-such-app", heroku)
    assert caught.value.status_code == 404
    assert heroku.pool.snapshot().waiting == 0


def test_a_celery_task_restarts_dynos(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an event loop of its own, whether Redis is there or not."""
    pytest.importorskip("celery")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    module = recipe("celery_tasks")
    name = next(iter(platform.state.names))
    body = module.restart.run
    monkeypatch.setitem(
        body.__globals__,
        "Heroku",
        SimpleNamespace(from_env=lambda pool: Heroku(platform.token, base_url=platform.url, pool=pool)),
    )
    body(name)
    assert [seen.method for seen in platform.requests if seen.path.endswith(f"/{name}/dynos")] == ["DELETE"]
