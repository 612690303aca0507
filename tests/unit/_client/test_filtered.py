"""Apps by their ids, from `POST /filters/apps`."""

from uuid import UUID

from aiohttp import web

from aioheroku import Heroku
from aioheroku._client.filtered import apps_by_id
from tests._support.fakes import Serve

WHEN, ID = "2012-01-01T12:00:00Z", "01234567-89ab-cdef-0123-456789abcdef"
ROW = {
    "archived_at": WHEN,
    "base_image_name": "heroku/heroku:22",
    "build_stack": {"id": ID, "name": "heroku-22"},
    "buildpack_provided_description": "Python",
    "buildpacks": [{"homepage": "https://example.com", "id": "heroku/python", "version": "1.0"}],
    "created_at": WHEN,
    "current_build_architecture": ["arm64"],
    "generation": "cedar",
    "git_url": "https://git.heroku.com/example.git",
    "id": ID,
    "internal_routing": True,
    "joined": False,
    "locked": False,
    "maintenance": True,
    "name": "example",
    "owner": {"email": "username@example.com", "id": ID},
    "region": {"id": ID, "name": "us"},
    "released_at": WHEN,
    "repo_size": 1,
    "slug_size": 2,
    "space": {"id": ID, "name": "nasa"},
    "stack": {"id": ID, "name": "heroku-24"},
    "team": {"name": "acme"},
    "updated_at": WHEN,
    "web_url": "https://example.herokuapp.com/",
}


async def test_apps_have_all_that_is_sent(serve: Serve) -> None:
    """All that the response says of an app as `apps.info` does; what it says otherwise, or not at all, is `None`."""
    server = await serve(lambda _: web.json_response([ROW]))
    async with Heroku("t", base_url=server.url) as heroku:
        (app,) = [app async for app in apps_by_id(heroku, [UUID(ID)])]
    unlike = ("acm", "generation", "organization", "space", "team")
    assert [getattr(app, name) for name in unlike] == [None] * 5
    for name in ROW.keys() - {*unlike, "joined", "locked"}:
        assert getattr(app, name), name
