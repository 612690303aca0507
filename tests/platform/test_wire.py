"""Headers, credentials, versions, validators: what surrounds every response."""

import re
from base64 import b64encode
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from yarl import URL

from aioheroku.testing import Platform
from tests._support.fakes import Clock
from tests._support.platform_client import Api

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


async def test_the_headers_that_are_always_there(api: Api) -> None:
    """Every response to an account has its id, the tokens left, and the cache's and type's headers."""
    for path in ("/account", "/apps", "/apps/none", "/none"):
        headers = (await api("GET", path)).headers
        assert re.fullmatch(UUID, headers["Request-Id"])
        assert headers["RateLimit-Remaining"].isdecimal()
        assert headers["RateLimit-Multiplier"] == "1"
        assert headers["Cache-Control"] == "private, no-cache"
        assert headers["Content-Type"] == "application/json"


async def test_a_request_id_is_taken_up(api: Api) -> None:
    """An id that the client sent comes first in the response's list."""
    got = await api("GET", "/account", Request_Id="mine")
    assert re.fullmatch(f"mine,{UUID}", got.headers["Request-Id"])
    got = await api("GET", "/apps/none", Request_Id=" one , two,")
    assert re.fullmatch(f"one,two,{UUID}", got.headers["Request-Id"])


@pytest.mark.parametrize("sent", [",", "a\tb", "ä", "a" * 8000, ",".join(["x" * 36] * 200)])
async def test_request_ids_that_fit_in_no_header(api: Api, sent: str) -> None:
    """Ids that are not printable ASCII are left out, and chains that would overflow the limit of a parser."""
    got = await api("GET", "/account", Request_Id=sent)
    assert re.fullmatch(UUID, got.headers["Request-Id"])


@pytest.mark.parametrize("user", ["", "user", "me@example.com"])
async def test_basic_credentials(api: Api, platform: Platform, user: str) -> None:
    """The token as the password of basic authentication, with any user or none."""
    header = "Basic " + b64encode(f"{user}:{platform.token}".encode()).decode()
    assert (await api("GET", "/account", Authorization=header)).status == 200


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Bearer", "Basic !!", "Basic Og==", "Digest x", ""])
async def test_bad_credentials(api: Api, header: str | None) -> None:
    """None, unknown and malformed ones are 401, before anything else is looked at."""
    for path in ("/apps", "/none"):
        got = await api("GET", path, Authorization=header)
        assert (got.status, got.body["id"]) == (401, "unauthorized")


@pytest.mark.parametrize("path", ["/regions", "/stacks/cedar", "/addon-services", "/addon-services/mongolab/plans"])
async def test_catalogues_need_no_credentials(api: Api, path: str) -> None:
    """They are served to anyone, but not to somebody with wrong credentials."""
    assert (await api("GET", path, Authorization=None)).status == 200
    assert (await api("GET", path, Authorization="Bearer wrong")).status == 401


@pytest.mark.parametrize(
    ("accept", "status", "id"),
    [
        ("application/vnd.heroku+json; version=3", 200, None),
        ("application/vnd.heroku+json;version=3", 200, None),
        ("application/vnd.heroku+json; version=3.sdk", 200, None),
        ("application/vnd.heroku+json; version=2", 406, "not_acceptable"),
        ("application/vnd.heroku+json; version=30", 406, "not_acceptable"),
        ("text/html", 406, "not_acceptable"),
        ("application/vnd.heroku+json", 400, "missing_version"),
        ("application/json", 400, "missing_version"),
        ("*/*", 400, "missing_version"),
    ],
)
async def test_the_version_in_accept(api: Api, accept: str, status: int, id: str | None) -> None:
    """A version must be asked for, and must be 3 or a variant of it."""
    got = await api("GET", "/account", Accept=accept)
    assert got.status == status
    assert id is None or got.body["id"] == id


async def test_missing_version_error_body(api: Api) -> None:
    """As seen on the wire, the text is under `error`."""
    assert set((await api("GET", "/account", Accept="*/*")).body) == {"id", "error"}


@pytest.mark.parametrize("path", ["/nothing", "/apps/", "/", "/account/", "/apps/x/nothing"])
async def test_a_wrong_path_names_no_resource(api: Api, path: str) -> None:
    """No endpoint, a trailing slash: 404 without `resource`."""
    got = await api("GET", path)
    assert (got.status, set(got.body)) == (404, {"id", "message"})
    assert "API endpoint was not found" in got.body["message"]


async def test_a_wrong_verb_names_no_resource(api: Api) -> None:
    """A path that exists with another verb is 404 as well."""
    for method, path in (("DELETE", "/apps"), ("PUT", "/account"), ("POST", "/regions")):
        got = await api(method, path)
        assert (got.status, "resource" in got.body) == (404, False)


@pytest.mark.parametrize(
    ("path", "resource", "message"),
    [
        ("/apps/none", "app", "Couldn't find that app."),
        ("/apps/none/domains/x", "app", "Couldn't find that app."),
        ("{}/domains/none", "domain_name", "Couldn't find that domain name."),
        ("{}/formation/none", "formation", "Couldn't find that formation."),
        ("{}/addons/none", "addon", "Couldn't find that add-on."),
        ("/addon-services/none", "addon_service", "Couldn't find that add-on service."),
        ("/addon-services/none/plans/x", "addon_service", "Couldn't find that add-on service."),
        ("/addon-services/mongolab/plans/x", "addon_plan", "Couldn't find that add-on plan."),
        ("{}/releases/999", "release", "Couldn't find that release."),
        ("{}/dynos/web.99", "dyno", "Couldn't find that dyno."),
    ],
)
async def test_a_missing_object_names_its_resource(
    api: Api, deployed: str, path: str, resource: str, message: str
) -> None:
    """404 tells a missing parent from a missing child by `resource`, and has no validator."""
    got = await api("GET", path.format(deployed))
    assert got.status == 404
    assert got.body == {"resource": resource, "id": "not_found", "message": message}
    assert "ETag" not in got.headers


async def test_method_override(api: Api, app: str) -> None:
    """A POST with X-Http-Method-Override is the other verb; any other verb ignores the header."""
    got = await api("POST", app, {"maintenance": True}, X_Http_Method_Override="PATCH")
    assert (got.status, got.body["maintenance"]) == (200, True)
    assert (await api("GET", app, X_Http_Method_Override="DELETE")).status == 200
    assert (await api("GET", app)).status == 200


async def test_head(api: Api, app: str) -> None:
    """HEAD gives the headers of the GET, its length too, and no body."""
    whole, head = await api("GET", app), await api("HEAD", app)
    assert (head.status, head.raw) == (200, b"")
    for name in ("ETag", "Content-Length", "Content-Type", "Last-Modified"):
        assert head.headers[name] == whole.headers[name]


async def test_etags_are_strong_and_follow_content(api: Api, app: str) -> None:
    """`"` and 32 hex digits; the same for the same content, another one after a change."""
    first, again = await api("GET", app), await api("GET", app)
    assert re.fullmatch(r'"[0-9a-f]{32}"', first.headers["ETag"])
    assert again.headers["ETag"] == first.headers["ETag"]
    changed = await api("PATCH", app, {"maintenance": True})
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert changed.headers["ETag"] == (await api("GET", app)).headers["ETag"]


async def test_which_responses_have_an_etag(api: Api, app: str) -> None:
    """GET, PATCH of app and config vars, DELETE of the app do; 201, errors, an add-on's DELETE do not."""
    addon = await api("POST", f"{app}/addons", {"plan": "mongolab"})
    asks: list[tuple[str, str, Any, bool]] = [
        ("GET", f"{app}/dynos", None, True),
        ("PATCH", f"{app}/config-vars", {"A": "b"}, True),
        ("POST", f"{app}/domains", {"hostname": "www.example.org"}, False),
        ("POST", f"{app}/domains", {"hostname": "www.example.org"}, False),
        ("DELETE", f"{app}/addons/{addon.body['id']}", None, False),
        ("DELETE", app, None, True),
    ]
    for method, path, body, expected in asks:
        assert ("ETag" in (await api(method, path, body)).headers) is expected, (method, path)


async def test_a_known_version_is_not_sent_again(api: Api, app: str) -> None:
    """If-None-Match with the tag is 304 without a body, with the tag; after a change the new version comes."""
    tag = (await api("GET", app)).headers["ETag"]
    for sent in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        got = await api("GET", app, If_None_Match=sent)
        assert (got.status, got.raw, got.headers["ETag"]) == (304, b"", tag)
    await api("PATCH", app, {"maintenance": True})
    assert (await api("GET", app, If_None_Match=tag)).status == 200


async def test_a_page_of_a_list_has_its_own_validator(api: Api) -> None:
    """304 is for the same page; another range of the list comes whole."""
    one = await api("GET", "/apps", Range="id ..; max=2")
    same = await api("GET", "/apps", Range="id ..; max=2", If_None_Match=one.headers["ETag"])
    other = await api("GET", "/apps", Range="id ..; max=3", If_None_Match=one.headers["ETag"])
    assert (same.status, other.status) == (304, 206)


async def test_if_match_guards_a_write(api: Api, app: str, platform: Platform) -> None:
    """If-Match with an old tag is 412 and changes nothing; with the present one the write goes through."""
    old = (await api("GET", app)).headers["ETag"]
    await api("PATCH", app, {"maintenance": True})
    for method, body in (("PATCH", {"maintenance": False}), ("DELETE", None)):
        assert (await api(method, app, body, If_Match=old)).status == 412
    assert platform.state.names["example"].row["maintenance"] is True
    new = (await api("GET", app)).headers["ETag"]
    assert (await api("PATCH", app, {"maintenance": False}, If_Match=new)).status == 200
    config = (await api("GET", f"{app}/config-vars")).headers["ETag"]
    assert (await api("PATCH", f"{app}/config-vars", {"A": "1"}, If_Match=config)).status == 200
    assert (await api("PATCH", f"{app}/config-vars", {"A": "2"}, If_Match=config)).status == 412


async def test_last_modified(api: Api, app: str) -> None:
    """The row's `updated_at` as an HTTP date; missing on an empty list of dynos."""
    assert (await api("GET", app)).headers["Last-Modified"] == "Sun, 13 Dec 2015 09:46:40 GMT"
    assert "Last-Modified" not in (await api("GET", f"{app}/dynos")).headers


@pytest.mark.parametrize(("path", "status"), [("/apps", 200), ("/account/rate-limits", 200), ("/apps/nobody", 404)])
async def test_bodies_are_coded_on_request(path: str, status: int, api: Api) -> None:
    """All of them come as gzip if asked for, with the coded length, small ones and errors too (recorded in 2015)."""
    plain = await api("GET", path, Accept_Encoding="identity")
    coded = await api("GET", path, Accept_Encoding="gzip")
    assert plain.status == coded.status == status
    assert coded.headers["Content-Encoding"] == "gzip"
    assert int(coded.headers["Content-Length"]) != int(plain.headers["Content-Length"]) == len(plain.raw)
    assert "Content-Encoding" not in plain.headers
    assert plain.body.keys() == coded.body.keys() if isinstance(plain.body, dict) else plain.body == coded.body


async def test_an_identifier_is_one_encoded_segment(api: Api, app: str, platform: Platform) -> None:
    """A drain's URL is found as a path parameter when it is percent-encoded, and is no path when it is not."""
    drain = await api("POST", f"{app}/log-drains", {"url": "https://example.com/a b"})
    encoded = URL(f"{platform.url}{app}/log-drains/https%3A%2F%2Fexample.com%2Fa%20b", encoded=True)
    assert (await api("GET", encoded)).body == drain.body
    assert (await api("GET", f"{app}/log-drains/https://example.com/a")).status == 404


async def test_body_must_be_a_json_object(api: Api) -> None:
    """400, not 422: text that does not parse, and JSON that is no object."""
    headers = {"Accept": "application/vnd.heroku+json; version=3", "Authorization": f"Bearer {api.token}"}
    for body in (b"{", b"name=x", b"[1]", b'"x"', b"\xff"):
        async with api.session.post("/apps", data=body, headers=headers) as answer:
            assert (answer.status, (await answer.json())["id"]) == (400, "bad_request")


async def test_a_suspended_account(api: Api, platform: Platform) -> None:
    """A test can suspend an account; everything it asks is 403 from then on."""
    platform.state.tokens[platform.token].blocked = (403, "suspended")
    got = await api("GET", "/apps")
    assert (got.status, got.body["id"]) == (403, "suspended")


async def test_the_date_is_the_platforms(api: Api, app: str, clock: Clock) -> None:
    """`Date` goes by the clock that `updated_at` goes by, so that ages can be told."""
    clock.turn(1000)
    got = await api("PATCH", app, {"maintenance": True})
    assert parsedate_to_datetime(got.headers["Date"]).isoformat() == got.body["updated_at"].replace("Z", "+00:00")
