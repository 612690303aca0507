"""Real answers of the platform, with their headers and statuses, through the whole client.

The recordings are no part of the repository: see the fixture `shared` for where they are looked for.
"""

import inspect
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from aiohttp import web

from aioheroku import errors, resources
from aioheroku._client.attributes import RESOURCES
from tests._support.endpoints import Answering, same
from tests._support.secrets import raises

UNDECLARED = ("buildpack_installations", "errors_seen", "index", "log_session_stream")
HOP_BY_HOP = {"content-length", "content-encoding", "connection", "transfer-encoding", "content-type", "server"}
LACKING = {"post_apps_app_addons_201_2014": "addon_service"}
"""What the reference promises, and a response did not hold."""
NAMES = [
    "delete_apps_app_200",
    "delete_apps_app_404",
    "delete_apps_app_addons_x_200",
    "delete_apps_app_domains_x_404",
    "get_account_200",
    "get_addon_services_200",
    "get_addon_services_x_200",
    "get_addon_services_x_404",
    "get_addon_services_x_plans_404",
    "get_addon_services_x_plans_x_200",
    "get_apps_200",
    "get_apps_app_200_1",
    "get_apps_app_200_2",
    "get_apps_app_404",
    "get_apps_app_addons_200_1",
    "get_apps_app_addons_404",
    "get_apps_app_addons_x_200",
    "get_apps_app_addons_x_404",
    "get_apps_app_config_vars_200",
    "get_apps_app_config_vars_404",
    "get_apps_app_domains_200_1",
    "get_apps_app_domains_404",
    "get_apps_app_domains_x_200",
    "get_apps_app_domains_x_404",
    "get_apps_app_dynos_200_1",
    "get_apps_app_formation_200_1",
    "get_apps_app_formation_200_2",
    "get_apps_app_releases_200_1",
    "get_regions_200",
    "patch_apps_app_200_1",
    "patch_apps_app_config_vars_200",
    "patch_apps_app_formation_200_2014",
    "patch_apps_app_formation_x_200_2014",
    "post_apps_201",
    "post_apps_app_addons_201_2014",
    "post_apps_app_domains_201",
    "post_apps_app_domains_422",
    "post_apps_app_log_sessions_201",
    "post_apps_app_slugs_201_2015",
]


def declaration_for(method: str, path: str) -> tuple[str, Any, list[str]]:
    """The resource and method that a recorded request would be made with, and its path arguments."""
    for attribute, kind in RESOURCES.items():
        for function in vars(getattr(resources, kind)).values():
            if (endpoint := getattr(function, "endpoint", None)) is not None and endpoint.method == method:
                pattern = re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(endpoint.path))
                if match := re.fullmatch(pattern, path):
                    return attribute, function, [unquote(argument) for argument in match.groups()]
    raise LookupError(f"{method} {path}")


def keywords_for(function: Any, body: Any, answer: Any) -> dict[str, Any]:
    """The body parameters of a recorded request; what its record lacks is taken from the response."""
    names = {
        name: parameter.default is parameter.empty
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    known = {**answer, **(body or {})} if isinstance(answer, dict) else body or {}
    given = body or {}
    return {name: known[name] for name, required in names.items() if name in given or required}


def test_every_recording_is_replayed(shared: Path) -> None:
    """The list of recordings in this file is that of the folder, but for what the reference does not declare."""
    found = {file.stem for file in (shared / "recorded").glob("*.json")}
    assert {name for name in found if not any(word in name for word in UNDECLARED)} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
async def test_recorded_response_is_decoded(name: str, shared: Path, answering: Answering) -> None:
    """Every documented field is what was recorded, unknown keys do no harm; a failure is the right error."""
    record = json.loads((shared / "recorded" / f"{name}.json").read_text())
    request, response = record["request"], record["response"]
    body = response["body"]
    attribute, function, path = declaration_for(request["method"], request["path"])
    method = function.endpoint.function.__name__
    positional: list[Any] = [*path, request["body"]] if (attribute, method) == ("config_vars", "update") else [*path]
    headers = {key: value for key, value in (response["headers"] or {}).items() if key.lower() not in HOP_BY_HOP}
    answer = web.Response(
        status=response["status"], headers=headers, body=json.dumps(body).encode(), content_type="application/json"
    )
    async with answering(answer) as (heroku, _):
        call = getattr(getattr(heroku, attribute), method)
        if response["status"] >= 400:
            keywords = keywords_for(function, request["body"], {})
            expected = {404: errors.NotFound, 422: errors.InvalidParams}[response["status"]]
            with raises(expected) as caught:
                await (call(*positional).all() if function.endpoint.is_list else call(*positional, **keywords))
            error: Any = caught.value
            assert (error.status, error.id, error.message) == (response["status"], body["id"], body["message"])
            assert error.resource == body.get("resource")
            assert error.request_id == headers["Request-Id"]
            assert str(UUID(error.request_id)) == error.request_id
            return
        keywords = keywords_for(function, request["body"], body)
        with heroku.capture() as replies:
            result = await (call(*positional).all() if function.endpoint.is_list else call(*positional, **keywords))
    if (lacked := LACKING.get(name)) is not None:
        assert lacked not in body
        assert getattr(result, lacked) is None
        body[lacked] = None
    assert same(result, body, exact=False)
    assert replies[0].request_id == headers.get("Request-Id")
    if "RateLimit-Remaining" in headers:
        assert heroku.pool.snapshot().remaining == int(headers["RateLimit-Remaining"])
