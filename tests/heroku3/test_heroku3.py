"""heroku3, a client that no one here wrote, against the simulated platform: what it expects of Heroku is there.

An optional group: `pip install heroku3 six` (it needs six, and does not say so).
"""

from collections.abc import Iterator
from typing import Any

import pytest

from aioheroku.testing import Platform

pytest.importorskip("six", reason="heroku3 needs six beside it: pip install heroku3 six")
heroku3 = pytest.importorskip("heroku3", reason="an optional group: pip install heroku3 six")


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A platform with a small fleet, in a thread of its own: heroku3 blocks."""
    with Platform(apps=5, seed=3).in_thread() as served:
        yield served


@pytest.fixture
def heroku(platform: Platform) -> Iterator[Any]:
    """A connection of heroku3 to that platform."""
    import requests

    with requests.Session() as session:
        session.trust_env = False
        connection = heroku3.api.Heroku(session=session)
        connection._heroku_url = platform.url
        assert connection.authenticate(platform.token)
        yield connection


def test_apps_are_listed(heroku: Any) -> None:
    """Every app of the account, with its owner, region and dates."""
    apps = heroku.apps(order_by="name", limit=3)
    assert len(apps) == 3
    apps = heroku.apps()
    assert len(apps) == 5
    assert all(app.owner.email and app.region.name and app.created_at.tzinfo for app in apps)


def test_an_app_is_created_renamed_and_deleted(heroku: Any) -> None:
    """An app comes into being, answers to its new name, and is gone."""
    app = heroku.create_app(name="heroku3-first", region_id_or_name="eu")
    assert (app.name, app.region.name) == ("heroku3-first", "eu")
    app.rename("heroku3-second")
    assert heroku.app("heroku3-second").id == app.id
    heroku.app("heroku3-second").delete()
    assert "heroku3-second" not in {app.name for app in heroku.apps()}


def test_config_vars_are_set_and_removed(heroku: Any) -> None:
    """What is set is read back, None removes."""
    app = heroku.create_app(name="heroku3-config")
    config = app.config()
    config["FOO"] = "bar"
    config.update({"BAZ": "qux", "FOO": None})
    assert app.config().to_dict() == {"BAZ": "qux"}


def test_domains_are_added_and_removed(heroku: Any) -> None:
    """A hostname is routed to the app, and no longer.

    The order is given: heroku3 would ask for `domain`, which is none of the orders (`hostname`, `id`): 416.
    """
    app = heroku.create_app(name="heroku3-domains")
    app.add_domain("www.example.com", None)
    assert "www.example.com" in {domain.hostname for domain in app.domains(order_by="hostname")}
    assert app.get_domain("www.example.com").hostname == "www.example.com"
    app.remove_domain("www.example.com")
    assert "www.example.com" not in {domain.hostname for domain in app.domains(order_by="hostname")}


def test_processes_are_scaled(heroku: Any) -> None:
    """A process type gets as many dynos as are asked for, one by one and in a batch."""
    app = next(app for app in heroku.apps() if "web" in {formation.type for formation in app.process_formation()})
    app.scale_formation_process("web", 3)
    app.process_formation()["web"].scale(2)
    assert app.process_formation()["web"].quantity == 2
    assert len([dyno for dyno in app.dynos() if dyno.type == "web"]) == 2
    app.batch_scale_formation_processes({"web": 1})
    assert app.process_formation()["web"].quantity == 1


def test_releases_are_listed_and_rolled_back(heroku: Any) -> None:
    """A rollback is a new release, the newest of all, with the slug and the config vars of the former one."""
    app = next(app for app in heroku.apps() if any(release.slug for release in app.releases()))
    app.config()["HEROKU3"] = "first"
    former = app.releases()[-1]
    app.config()["HEROKU3"] = "second"
    changed = app.releases()[-1]
    assert changed.version == former.version + 1
    newest = app.rollback(former.id)
    assert newest.version == changed.version + 1
    assert newest.slug.id == former.slug.id
    assert app.config()["HEROKU3"] == "first"
