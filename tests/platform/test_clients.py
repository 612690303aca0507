"""What clients that are not ours send, request by request: the platform takes it as the service does."""

from typing import Any

import pytest

from tests._support.platform_client import Api

SENT: list[tuple[str, str, str, Any, int]] = [
    ("PATCH", "/apps/example/formation", "3", {"updates": [{"type": "web", "quantity": "2"}]}, 200),
    ("PATCH", "/apps/example/formation", "3", {"updates": [{"type": "web", "quantity": "+1"}]}, 200),
    ("PATCH", "/apps/example/formation", "3", {"updates": [{"type": "web", "quantity": "-1"}]}, 200),
    ("PATCH", "/apps/example/formation", "3", {"updates": [{"type": "web", "quantity": "-9"}]}, 422),
    ("PATCH", "/apps/example/formation", "3", {"updates": [{"type": "web", "quantity": "many"}]}, 422),
    ("PATCH", "/apps/example/addons/example-db", "3", {"name": "example-store"}, 200),
    ("PATCH", "/apps/example/addons/example-db", "3", {}, 422),
    ("POST", "/apps", "3", {"name": "example-flags", "feature_flags": "http-session-affinity"}, 201),
    ("POST", "/pipelines/example/review-app-config", "3.review-apps", {"pipeline": "example"}, 201),
    ("POST", "/oauth/authorizations", "3", {"description": "by a client", "expires_in": "3600"}, 201),
    ("PATCH", "/apps/example", "3", {"maintenance": 0}, 200),
    ("POST", "/apps/example/dynos", "3", {"command": "run", "size": None}, 201),
    ("POST", "/apps/example/builds", "3", {"source_blob": {"url": "https://example.com/shop.tgz"}}, 201),
    ("DELETE", "/apps/example/dynos/web", "3", None, 202),
    ("POST", "/apps/example/dynos/web/actions/stop", "3", None, 202),
    ("DELETE", "/apps/example/dynos/worker", "3", None, 404),
    ("PATCH", "/apps/example/features/preboot", "3", {"enabled": 0}, 200),
    ("PATCH", "/account/features/pipelines", "3", {"enabled": 1}, 200),
    ("PATCH", "/apps/example/features/preboot", "3", {"enabled": 2}, 422),
    ("GET", "/users/~/apps", "3", None, 200),
    ("GET", "/pipelines?eq[name]=example", "3.pipelines", None, 200),
]


@pytest.fixture
async def lived(api: Api) -> Api:
    """A platform with an app that has code and an add-on, and a pipeline."""
    await api("POST", "/apps", {"name": "example"})
    slug = (await api("POST", "/apps/example/slugs", {"process_types": {"web": "run"}})).body
    await api("POST", "/apps/example/releases", {"slug": slug["id"]})
    await api("POST", "/apps/example/addons", {"plan": "heroku-postgresql:mini", "name": "example-db"})
    await api("POST", "/pipelines", {"name": "example"})
    return api


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: f"{sent[0]} {sent[1]} {sent[3]}"[:60])
async def test_a_request_of_a_client(lived: Api, sent: tuple[str, str, str, Any, int]) -> None:
    """What the official CLI and heroku3 send has the status that they expect; what makes no sense is refused."""
    method, path, version, body, status = sent
    accept = f"application/vnd.heroku+json; version={version}"
    assert (await lived(method, path, body, Accept=accept)).status == status


async def test_a_difference_scales(lived: Api) -> None:
    """`ps:scale web+2` adds to the dynos there are, and renaming an add-on makes no release."""
    path = "/apps/example/formation"
    before = (await lived("GET", f"{path}/web")).body["quantity"]
    got = await lived("PATCH", path, {"updates": [{"type": "web", "quantity": "+2"}]})
    assert got.body[0]["quantity"] == before + 2
    releases = len((await lived("GET", "/apps/example/releases")).body)
    assert (await lived("PATCH", "/apps/example/addons/example-db", {"name": "store-1"})).body["name"] == "store-1"
    assert len((await lived("GET", "/apps/example/releases")).body) == releases


async def test_a_type_stands_for_its_dynos(lived: Api) -> None:
    """`ps:restart web` starts all of them anew, and `ps:stop run` ends all one-off dynos."""
    await lived("PATCH", "/apps/example/formation", {"updates": [{"type": "web", "quantity": 3}]})
    for _ in range(2):
        await lived("POST", "/apps/example/dynos", {"command": "sleep 9"})
    before = {row["name"]: row["id"] for row in (await lived("GET", "/apps/example/dynos")).body}
    assert (await lived("DELETE", "/apps/example/dynos/web")).status == 202
    assert (await lived("POST", "/apps/example/dynos/run/actions/stop")).status == 202
    after = {row["name"]: row["id"] for row in (await lived("GET", "/apps/example/dynos")).body}
    assert set(after) == {"web.1", "web.2", "web.3"} == set(before) - {"run.1", "run.2"}
    assert not set(after.values()) & set(before.values())


async def test_an_order_of_old(lived: Api) -> None:
    """heroku3 sorts domains by `domain`, with an empty part at the end of its Range: it gets them by host name."""
    await lived("POST", "/apps/example/domains", {"hostname": "a.example.com", "sni_endpoint": None})
    got = await lived("GET", "/apps/example/domains", Range="domain ..; max=1;")
    assert (got.status, [row["hostname"] for row in got.body]) == (206, ["a.example.com"])
    assert got.headers["Accept-Ranges"] == "hostname, id"
    got = await lived("GET", "/apps/example/domains", Range=got.headers["Next-Range"])
    assert [row["hostname"] for row in got.body] == ["example.herokuapp.com"]
    assert (await lived("GET", "/apps/example/domains", Range="cname ..")).status == 416
