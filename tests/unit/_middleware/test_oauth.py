"""OAuth tokens that renew themselves, and the second factor."""

import asyncio
import itertools
import json
import logging
from typing import Any

import pytest

from aioheroku import Credentials, Heroku, TokenPair, errors
from aioheroku._http import Response, Send
from aioheroku._middleware.oauth import OAuthRefresh
from aioheroku._middleware.two_factor import TwoFactorChallenge
from aioheroku.auth._renewal import Renewals
from aioheroku.events import Event, Refreshed
from tests._support.fakes import MakeRequest, MakeResponse, Script, Serve, Until, make_request
from tests._support.secrets import raises

BASE = "http://127.0.0.1"
OLD, NEW = "HRKU-old-s3cr3t", "HRKU-new-s3cr3t"
PAIR = {"access_token": {"token": NEW, "expires_in": 7200}, "refresh_token": {"token": "r2-s3cr3t"}}


def oauth(**options: Any) -> Credentials:
    return Credentials.oauth(OLD, refresh_token="r1-s3cr3t", client_secret="c-s3cr3t", **options)


def refreshing(send: Send, credentials: Credentials, **options: Any) -> OAuthRefresh:
    return OAuthRefresh(send, credentials, credentials.authorization, BASE, Renewals(), **options)


class Service:
    """Accepts one access token, and issues another one for the refresh token, once."""

    def __init__(self, answer: Any, *, renewing: Any = None) -> None:
        self.answer = answer
        self.renewing = renewing
        self.valid = f"Bearer {NEW}"
        self.seen: list[tuple[str, str | None]] = []
        self.bodies: list[Any] = []
        self.headers: list[dict[str, str]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, request: Any) -> Any:
        request.attempt.sent = True
        self.seen.append((request.path, request.headers.get("Authorization")))
        self.headers.append(dict(request.headers))
        if request.path == "/oauth/tokens":
            await self.gate.wait()
            self.bodies.append(json.loads(request.body))
            return self.renewing or self.answer(201, json.dumps(PAIR).encode())
        await asyncio.sleep(0)
        return self.answer(200 if request.headers.get("Authorization") == self.valid else 401)

    def renewals(self) -> int:
        return sum(path == "/oauth/tokens" for path, _ in self.seen)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
async def test_401_refreshes_token_and_retries(method: str, request_: MakeRequest, answer: MakeResponse) -> None:
    """Any verb: a 401 means that nothing was executed. The new pair is handed to `store`, and an event is emitted."""
    stored: list[TokenPair] = []
    events: list[Event] = []
    credentials, service = oauth(store=stored.append), Service(answer)
    send = refreshing(service, credentials, emit=events.append)
    request = request_(method, headers={"Authorization": credentials.authorization, "Range": "id ..", "X-Mine": "1"})
    assert (await send(request)).status == 200
    assert service.seen == [
        ("/apps/{app}", f"Bearer {OLD}"),
        ("/oauth/tokens", None),
        ("/apps/{app}", f"Bearer {NEW}"),
    ]
    assert service.bodies == [
        {"client": {"secret": "c-s3cr3t"}, "grant": {"type": "refresh_token"}, "refresh_token": {"token": "r1-s3cr3t"}}
    ]
    assert service.headers[1] == {"X-Mine": "1", "Content-Type": "application/json"}
    assert service.headers[2]["Range"] == "id .."
    assert [(pair.access_token, pair.refresh_token, pair.expires_in) for pair in stored] == [(NEW, "r2-s3cr3t", 7200)]
    assert events == [Refreshed("POST", "/oauth/tokens", None)]
    assert "s3cr3t" not in repr(stored) + repr(credentials) + repr(events)
    later = request_(headers={"Authorization": f"Bearer {OLD}"})
    assert (await send(later)).status == 200
    assert service.renewals() == 1


async def test_all_who_wait_share_one_renewal(request_: MakeRequest, answer: MakeResponse) -> None:
    """Fifty calls that are rejected together renew the token once; the callback may be a coroutine function."""
    stored: list[TokenPair] = []

    async def store(pair: TokenPair) -> None:
        await asyncio.sleep(0)
        stored.append(pair)

    credentials, service = oauth(store=store), Service(answer)
    sends = [refreshing(service, credentials) for _ in range(2)]  # two sessions
    requests = [request_(headers={"Authorization": credentials.authorization}) for _ in range(50)]
    answers = await asyncio.gather(*(sends[index % 2](request) for index, request in enumerate(requests)))
    assert {answer.status for answer in answers} == {200}
    assert (service.renewals(), len(stored)) == (1, 1)


async def test_cancelled_waiter_harms_nobody(request_: MakeRequest, answer: MakeResponse, until: Until) -> None:
    """The first caller is cancelled during the renewal: the others get the new token all the same."""
    credentials, service = oauth(), Service(answer)
    service.gate.clear()
    send = refreshing(service, credentials)
    calls = [
        asyncio.ensure_future(send(request_(headers={"Authorization": credentials.authorization}))) for _ in range(3)
    ]
    await until(service.renewals)
    calls[0].cancel()
    await asyncio.sleep(0)
    service.gate.set()
    assert [(await call).status for call in calls[1:]] == [200, 200]
    assert calls[0].cancelled()
    assert service.renewals() == 1


async def test_a_second_401_is_final(request_: MakeRequest, answer: MakeResponse) -> None:
    """A new token that is rejected too is final: no endless loop."""
    credentials, service = oauth(), Service(answer)
    service.valid = "Bearer nobody has it"
    send = refreshing(service, credentials)
    assert (await send(request_(headers={"Authorization": credentials.authorization}))).status == 401
    assert service.renewals() == 1


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b'{"id": "unauthorized", "message": "Revoked."}', "401 unauthorized: Revoked."),
        (503, b"", "503"),
        (200, b"<html>", "not JSON"),
        (201, b"{}", "holds no token"),
        (201, b'{"access_token": {"token": 5}}', "holds no token"),
        (201, b'{"access_token": {"token": "two words"}}', "no token has"),
    ],
)
async def test_failed_refresh_raises_the_401(
    status: int, body: bytes, words: str, request_: MakeRequest, answer: MakeResponse
) -> None:
    """The call ends with `Unauthorized` (it was not executed), whose text has the reason and no secret."""
    credentials, service = oauth(), Service(answer, renewing=answer(status, body))
    send = refreshing(service, credentials)
    request = request_("POST", headers={"Authorization": credentials.authorization})
    with raises(errors.Unauthorized) as caught:
        await send(request)
    assert words in str(caught.value)
    assert "s3cr3t" not in str(caught.value) + repr(caught.value)
    assert not request.attempt.sent


async def test_failed_refresh_fails_all_waiters(request_: MakeRequest, answer: MakeResponse) -> None:
    """A rejected renewal is not repeated by every waiting call; a later call may try again."""
    credentials, service = oauth(), Service(answer, renewing=answer(500))
    send = refreshing(service, credentials)

    async def make() -> Response:
        return await send(request_(headers={"Authorization": credentials.authorization}))

    outcomes = await asyncio.gather(*(make() for _ in range(10)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {errors.Unauthorized}
    assert service.renewals() == 1
    service.renewing = None
    assert (await make()).status == 200


async def test_failing_store_is_logged(
    request_: MakeRequest, answer: MakeResponse, caplog: pytest.LogCaptureFixture
) -> None:
    """The new token works; the failure to store it is an error in the log, without the token."""

    def store(pair: TokenPair) -> None:
        raise OSError(f"no space for {pair}")

    credentials, service = oauth(store=store), Service(answer)
    with caplog.at_level(logging.ERROR, "aioheroku"):
        await refreshing(service, credentials)(request_(headers={"Authorization": credentials.authorization}))
    assert "in memory only" in caplog.text
    assert "s3cr3t" not in caplog.text


async def test_a_token_of_the_callers_own_is_left_alone(request_: MakeRequest, answer: MakeResponse) -> None:
    """A request with another Authorization is not ours to renew."""
    service = Service(answer)
    send = refreshing(service, oauth())
    assert (await send(request_(headers={"Authorization": "Bearer other"}))).status == 401
    assert service.renewals() == 0


# --- the second factor --------------------------------------------------------------------------------------


class Guarded:
    """Wants a second factor for writes: for an app a pre-authorization, else a code with the request."""

    def __init__(self, answer: Any, *, app: str | None = None, code: str = "123456", status: int = 403) -> None:
        self.answer, self.app, self.code, self.status = answer, app, code, status
        self.granted = False
        self.seen: list[tuple[str, str, str | None]] = []

    async def __call__(self, request: Any) -> Any:
        request.attempt.sent = True
        code = request.headers.get("Heroku-Two-Factor-Code")
        self.seen.append((request.method, request.url.path, code))
        await asyncio.sleep(0)
        if code is not None and code != self.code:
            return self.answer(401, b'{"id": "invalid_two_factor_code", "message": "Wrong."}')
        if request.path.endswith("pre-authorizations"):
            self.granted = True
            return self.answer(201, b"{}")
        if self.granted or code:
            return self.answer(200)
        body: dict[str, Any] = {"id": "two_factor", "message": "A second factor is needed."}
        return self.answer(self.status, json.dumps(body | ({"app": {"name": self.app}} if self.app else {})).encode())

    def grants(self) -> int:
        return sum(method == "PUT" for method, _, _ in self.seen)


@pytest.mark.parametrize("status", [403, 412])
async def test_challenge_is_met_with_a_code(status: int, request_: MakeRequest, answer: MakeResponse) -> None:
    """The callback is called, and the request sent again with Heroku-Two-Factor-Code."""
    service = Guarded(answer, status=status)
    send = TwoFactorChallenge(service, lambda: "123456", BASE)
    assert (await send(request_("POST"))).status == 200
    assert [code for _, _, code in service.seen] == [None, "123456"]


class Person:
    """Returns the same code at each call, and counts the calls."""

    prompts = 0

    async def __call__(self) -> str:
        self.prompts += 1
        await asyncio.sleep(0)
        return "123456"


async def test_pre_authorization_is_shared_by_app(request_: MakeRequest, answer: MakeResponse) -> None:
    """Twenty concurrent calls: one prompt, one `PUT /apps/{app}/pre-authorizations`, and all are sent again as is."""
    ask = Person()
    service = Guarded(answer, app="exa mple")
    send = TwoFactorChallenge(service, ask, BASE)
    answers = await asyncio.gather(*(send(request_("PATCH")) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert (ask.prompts, service.grants()) == (1, 1)
    assert ("PUT", "/apps/exa mple/pre-authorizations", "123456") in service.seen
    assert {code for method, _, code in service.seen if method == "PATCH"} == {None}
    service.granted = False  # it ran out: the next challenge is answered again
    assert (await send(request_("PATCH"))).status == 200
    assert (ask.prompts, service.grants()) == (2, 2)


async def test_a_password_stays_with_its_call(answer: MakeResponse) -> None:
    """A call's own headers are not sent with the pre-authorization, but again with the call."""
    sent: list[tuple[str, bool, bool]] = []
    service = Guarded(answer, app="example")

    async def send(request: Any) -> Any:
        headers = {name.lower() for name in request.headers}
        sent.append((request.method, "heroku-password" in headers, "authorization" in headers))
        return await service(request)

    headers = {"Heroku-Password": "secret", "Authorization": "Bearer token"}
    await TwoFactorChallenge(send, lambda: "123456", BASE)(make_request("DELETE", headers=headers))
    assert sent == [("DELETE", True, True), ("PUT", False, True), ("DELETE", True, True)]


@pytest.mark.parametrize("apps", [[], ["one", "two", "three"]], ids=["codes", "pre-authorizations"])
async def test_one_code_serves_all_that_wait(apps: list[str], request_: MakeRequest, answer: MakeResponse) -> None:
    """Six concurrent calls: one prompt, and all continue; a later call prompts again."""
    ask = Person()
    services = [Guarded(answer, app=app) for app in apps] or [Guarded(answer)]
    calls = itertools.cycle(services)
    serving = {request: next(calls) for request in (request_("POST") for _ in range(6))}
    by_options = {id(request.attempt): service for request, service in serving.items()}

    async def send(request: Any) -> Any:
        if request.path.endswith("pre-authorizations"):
            return await services[apps.index(request.url.path.split("/")[2])](request)
        return await by_options[id(request.attempt)](request)

    challenge = TwoFactorChallenge(send, ask, BASE)
    responses = await asyncio.gather(*map(challenge, serving))
    assert [response.status for response in responses] == [200] * 6
    assert ask.prompts == 1
    for service in services:
        service.granted = False
    await challenge(next(iter(serving)))
    assert ask.prompts == 2


async def test_a_shared_code_may_be_refused(request_: MakeRequest, answer: MakeResponse) -> None:
    """A platform that accepts a code once: each call gets a code of its own, one prompt at a time."""
    asking = most = prompts = 0
    taken = set[str]()

    async def ask() -> str:
        nonlocal asking, most, prompts
        asking, prompts = asking + 1, prompts + 1
        most = max(most, asking)
        await asyncio.sleep(0)
        asking -= 1
        return f"{prompts:06}"

    async def send(request: Any) -> Any:
        code = request.headers.get("Heroku-Two-Factor-Code")
        await asyncio.sleep(0)
        if code is None:
            return answer(403, b'{"id": "two_factor"}')
        if code in taken:
            return answer(401, b'{"id": "invalid_two_factor_code"}')
        taken.add(code)
        return answer(200)

    challenge = TwoFactorChallenge(send, ask, BASE)
    responses = await asyncio.gather(*(challenge(request_("POST")) for _ in range(5)))
    assert [response.status for response in responses] == [200] * 5
    assert (prompts, most) == (5, 1)


def test_prompts_in_a_second_event_loop(request_: MakeRequest, answer: MakeResponse) -> None:
    """A module's session prompts one at a time in each `asyncio.run`, whatever waited in the previous one."""
    service = Guarded(answer)

    async def ask() -> str:
        await asyncio.sleep(0)
        return "123456"

    send = TwoFactorChallenge(service, ask, BASE)

    async def three() -> set[int]:
        return {response.status for response in await asyncio.gather(*(send(request_("POST")) for _ in range(3)))}

    assert [asyncio.run(three()), asyncio.run(three())] == [{200}, {200}]


async def test_a_code_is_not_shown(request_: MakeRequest, answer: MakeResponse) -> None:
    """The header with the code hides it from tools that print the variables of frames."""
    seen: list[str] = []
    service = Guarded(answer)

    async def send(request: Any) -> Any:
        seen.append(repr(dict(request.headers)))
        return await service(request)

    await TwoFactorChallenge(send, lambda: "123456", BASE)(request_("POST"))
    assert seen == ["{}", "{'Heroku-Two-Factor-Code': '***'}"]


@pytest.mark.parametrize("app", [None, "example"])
async def test_a_wrong_code_is_final(app: str | None, request_: MakeRequest, answer: MakeResponse) -> None:
    """`invalid_two_factor_code` is the response: no second prompt, and no renewal of a token either."""
    service = Guarded(answer, app=app)
    credentials = oauth()
    send = TwoFactorChallenge(refreshing(service, credentials), lambda: "000000", BASE)
    request = request_("POST", headers={"Authorization": credentials.authorization})
    if app is None:
        assert (await send(request)).status == 401
    else:
        with raises(errors.Unauthorized) as caught:
            await send(request)
        assert (caught.value.id, caught.value.path) == ("invalid_two_factor_code", "/apps/{app}/pre-authorizations")
    assert len(service.seen) == 2


@pytest.mark.parametrize("code", ["", "12\r\n34", None, 123456, "é"])
async def test_malformed_code_is_rejected(code: Any, request_: MakeRequest, answer: MakeResponse) -> None:
    """The callback's result goes into a header, so it is checked, and not shown."""
    send = TwoFactorChallenge(Guarded(answer), lambda: code, BASE)
    with raises(errors.InvalidRequest, match=r"^two_factor: "):
        await send(request_("POST"))


async def test_a_challenge_that_stays_is_an_error(
    request_: MakeRequest, answer: MakeResponse, script: type[Script]
) -> None:
    """Challenged again after the code: the error is raised, without an endless loop; other 403s are not challenges."""
    send = script(answer(403, b'{"id": "two_factor"}'))
    assert (await TwoFactorChallenge(send, lambda: "1", BASE)(request_("POST"))).status == 403
    assert len(send) == 2
    send = script(answer(403, b'{"id": "forbidden"}'))
    await TwoFactorChallenge(send, lambda: "1", BASE)(request_("POST"))
    assert len(send) == 1


async def test_through_a_session(serve: Serve) -> None:
    """`Heroku(two_factor=...)` is enough; without it the error says so."""
    from aiohttp import web

    def service(request: web.Request) -> web.Response:
        if "Heroku-Two-Factor-Code" in request.headers:
            return web.json_response({})
        return web.json_response({"id": "two_factor"}, status=403)

    server = await serve(service)
    async with Heroku("t", base_url=server.url, two_factor=lambda: "123456") as heroku:
        assert (await heroku.request("POST", "/account")).status == 200
    async with Heroku("t", base_url=server.url) as heroku:
        with raises(errors.TwoFactorRequired, match="two_factor="):
            await heroku.request("POST", "/account")
