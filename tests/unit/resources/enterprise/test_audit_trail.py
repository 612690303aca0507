"""The audit trail: a query that holds for every page, and archives whose URL is a secret."""

from typing import Any

from aiohttp import web

from aioheroku import Heroku, Pool
from tests._support.fakes import Serve

ID = "01234567-89ab-cdef-0123-456789abcdef"
LATER = "11234567-89ab-cdef-0123-456789abcdef"
PERSON = {"email": "username@example.com", "id": ID}
NAMED = {"id": ID, "name": "example"}
EVENT: dict[str, Any] = {
    "action": "create",
    "actor": PERSON,
    "app": NAMED,
    "created_at": "2026-01-01T12:00:00Z",
    "data": {"free": [1]},
    "enterprise_account": NAMED,
    "id": ID,
    "owner": PERSON,
    "request": {"ip_address": "192.0.2.1"},
    "team": NAMED,
    "type": "app",
}


async def test_the_query_goes_with_every_page(serve: Serve) -> None:
    """All five filters are in the query of the first page and of the second."""
    next_range = {"Next-Range": f"id ]{ID}..; max=1000"}
    server = await serve(
        [web.json_response([EVENT], status=206, headers=next_range), web.json_response([{**EVENT, "id": LATER}])]
    )
    asked: dict[str, Any] = {
        "order": "desc",
        "actor": "a@example.com",
        "action": "create",
        "type": "app",
        "day": "2026-01-01",
    }
    async with Heroku("token", base_url=server.url, pool=Pool()) as heroku:
        found = await heroku.audit_trail_events.list("globex", **asked).all()
    assert [dict(request.query) for request in server.seen] == [asked, asked]
    assert (found[1].data, found[1].request.ip_address) == ({"free": [1]}, "192.0.2.1")


async def test_usage_is_asked_for_a_period(serve: Serve) -> None:
    """Start and end are the query; a list without documented orders is sorted by `id`, and its day is a date."""
    app = {"addons": 1.0, "app_name": "example", "data": 2, "dynos": 3, "partner": 4}
    sums = {name: app[name] for name in ("addons", "data", "dynos", "partner")}
    row = {**sums, **NAMED, "apps": [app], "date": "2026-01-25", "space": 0.5}
    server = await serve([web.json_response([row])])
    async with Heroku("token", base_url=server.url, pool=Pool()) as heroku:
        (found,) = await heroku.team_daily_usage.list(ID, start="2026-01-25", end="2026-01-26").all()
    assert dict(server.seen[0].query) == {"start": "2026-01-25", "end": "2026-01-26"}
    assert server.seen[0].headers["Range"] == "id ..; max=1000"
    assert (found.date.isoformat(), found.apps[0].app_name) == ("2026-01-25", "example")


async def test_an_archives_url_is_a_secret(serve: Serve) -> None:
    """Anyone who knows the URL can download the events, so it is not in a repr."""
    url = "https://example.com/archive?signature=s3cr3t"
    row = {"checksum": "00", "created_at": "2026-01-01T12:00:00Z", "month": "03", "size": 1, "url": url, "year": 2026}
    server = await serve([web.json_response(row)])
    async with Heroku("token", base_url=server.url, pool=Pool()) as heroku:
        found = await heroku.audit_trail_archives.info("globex", 2026, "03")
    assert server.sent() == ["GET /enterprise-accounts/globex/archives/2026/03"]
    assert (found.url, "s3cr3t" in repr(found)) == (url, False)
