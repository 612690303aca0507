"""The declarations against the reference of 2014, all of whose facts they hold.

The table is derived from what Heroku published, not from the library: tests/data/reference.json by `derive.py`. What
is declared beyond it is held by test_conformance_today.py.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import NoneType
from typing import Any, Union, get_args, get_origin, is_typeddict
from uuid import UUID

import attrs
import pytest
from aiohttp import web

import aioheroku
from aioheroku import Heroku, Pages, Pool, SourceBlob, errors
from aioheroku._codec import OneOf, Secrets
from aioheroku._codec.hints import fields_of, flat_keywords_of, hints_of, is_model, is_nullable, members, notes
from aioheroku.testing import Platform
from tests._support.declarations import CLASSES, DECLARED, home
from tests._support.endpoints import Answering, same
from tests._support.secrets import raises
from tests._support.tables import every
from tests._support.today import NULL_TODAY

DATA = Path(__file__).parent.parent / "data"
TABLE: list[dict[str, Any]] = json.loads((DATA / "reference.json").read_text())
TODAY: dict[str, Any] = json.loads((DATA / "today.json").read_text())
TODAYS_EXAMPLES: dict[str, Any] = json.loads((DATA / "today_examples.json").read_text())
"""Responses with the attributes that today's schema names; values as in the reference's examples."""
TODAYS_ROWS = {(row["attribute"], row["method"]) for row in TODAY["endpoints"]}
ROWS = {(row["attribute"], row["method"]): row for resource in TABLE for row in resource["endpoints"]}
EACH_ENDPOINT = every(sorted(ROWS), ".".join)
EACH_RESOURCE = pytest.mark.parametrize("resource", TABLE, ids=lambda resource: resource["name"])

SCALARS = {
    ("string", None): str,
    ("string", "email"): str,
    ("string", "uri"): str,
    ("string", "uuid"): UUID,
    ("string", "date-time"): datetime,
    ("boolean", None): bool,
    ("integer", None): int,
}
ALTERNATIVES = {
    ("oauth_tokens", "create"): {"grant:code", "grant:type", "refresh_token:token"},
    ("releases", "create"): {"slug"},  # or an image
}
"""Called required by the reference, though each call takes one of them."""
WIDER = {("Log Drain", "addon"): {"a string"}, ("Formation", "updates"): {"type"}}
OPTIONAL_TODAY = {("account", "update"): {"password"}, ("builds", "create"): {"source_blob:version"}}
"""Parameters that the reference requires, and today's table does not have or does not require."""
OPAQUE = {"client:secret", "grant:code", "refresh_token:token"}
"""Shown as a UUID, but no id of anything: a string."""
NOT_SHOWN = {("Log Drain", "addon:id")}
"""In a table of attributes, but in no example."""


def stripped(hint: Any) -> tuple[Any, bool, tuple[str, ...] | None]:
    """A type without `None`, `Unset` and `Annotated`; whether it may be null; the values that it names."""
    kinds = tuple(member for member in members(hint) if member is not NoneType)
    # A union made of a tuple, which `|` cannot make.
    return Union[kinds] if kinds else hint, is_nullable(hint), named_values(hint)  # noqa: UP007


def model_of(resource: dict[str, Any]) -> Any:
    """The model of a resource; config vars have none."""
    name = resource["endpoints"][0]["returns"].removeprefix("Pages[").removesuffix("]")
    return None if name.startswith("dict") else getattr(aioheroku, name)


def flat_fields_of(model: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The fields of a model, with those of nested models as `owner:email`; a nullable one stands for itself too."""
    for name, hint in fields_of(model).items():
        nested = next(filter(is_model, members(hint)), None)
        if nested is None or is_nullable(hint):
            yield f"{prefix}{name}", hint
        if nested is not None:
            yield from flat_fields_of(nested, f"{prefix}{name}:")


def parameters_of(function: Any) -> dict[str, tuple[Any, bool]]:
    """Every body parameter as the reference writes it (`source_blob:url`): its type and whether it is required."""
    return {name: (hint, required) for name, hint, required in flat_keywords_of(function.endpoint.function)}


def named_values(hint: Any) -> tuple[str, ...] | None:
    """The values that `OneOf` names for a type, or for one of its alternatives."""
    return next((note.values for note in notes(hint) if isinstance(note, OneOf)), None)


def expected_type(row: dict[str, Any], hint: Any) -> bool:
    """Whether a type, stripped of null, is what the reference says."""
    match row["type"]:
        case "array":
            return get_origin(hint) is list
        case "object":
            return attrs.has(hint) or hint == dict[str, str]
        case "number":
            return set(get_args(hint)) == {int, float}
        case kind:
            return bool(hint is SCALARS[kind, row["format"]])


def normal(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def test_every_endpoint_is_declared() -> None:
    """Each row of the reference has its declaration, under its name."""
    missing = [f"{attribute}.{method}: declare it in {home(attribute)}" for attribute, method in ROWS.keys() - DECLARED]
    assert missing == []
    assert {row["attribute"] for resource in TABLE for row in resource["endpoints"]} <= set(CLASSES)


def test_every_attribute_has_a_field() -> None:
    """Each row of the reference has a field in its model; only a model that today's table has may have others."""
    for resource in TABLE:
        if (model := model_of(resource)) is None:
            continue
        edit = f"edit {home(resource['endpoints'][0]['attribute'])}"
        rows = {row["path"] for row in resource["attributes"]}
        fields = {path for path, _ in flat_fields_of(model)}
        assert rows - fields == set(), edit
        assert fields == rows or model.__name__ in TODAY["models"], f"{edit}, or tests/data/today.json"


@EACH_RESOURCE
def test_every_attribute_has_its_type(resource: dict[str, Any]) -> None:
    """Type, nullability and the named values of each field are the reference's; its default is null or none."""
    model = model_of(resource)
    if model is None:
        assert resource["attributes"] == []
        return
    assert attrs.fields(model)
    assert model.__setattr__ is not object.__setattr__, "frozen"
    fields = dict(flat_fields_of(model))
    for row in resource["attributes"]:
        hint, nullable, values = stripped(fields[row["path"]])
        if (resource["name"], row["path"]) in WIDER:
            hint = next(member for member in get_args(hint) if attrs.has(member))
        assert expected_type(row, hint), row["path"]
        assert nullable == (row["nullable"] or (resource["name"], row["path"]) in NULL_TODAY), row["path"]
        assert (list(values) if values else None) == row["enum"], row["path"]


@EACH_ENDPOINT
def test_endpoint_matches_the_reference(key: tuple[str, str]) -> None:
    """Verb, path, orders and response are the reference's, and the class has a docstring that links to it."""
    row, function = ROWS[key], DECLARED[key]
    endpoint = function.endpoint
    shape = [re.sub(r"\{\w+\}", "{}", path) for path in (endpoint.path, row["path"])]
    assert (endpoint.method, shape[0]) == (row["verb"], shape[1]), f"edit {home(key[0])}"
    assert sorted(endpoint.order_fields) == sorted(row["orders"])
    answer = hints_of(endpoint.function)["return"]
    answer = stripped(answer)[0]
    if row["returns"].startswith("Pages["):
        assert get_origin(answer) is Pages
        assert get_args(answer)[0].__name__ == row["returns"][6:-1]
    elif row["returns"] == "dict[str, str]":
        assert answer is Secrets
    else:
        shown = f"list[{get_args(answer)[0].__name__}]" if get_args(answer) else answer.__name__
        assert shown.replace("NoneType", "None") == row["returns"]
    assert function.__doc__
    assert "https://devcenter.heroku.com/articles/platform-api-reference#" in (CLASSES[key[0]].__doc__ or "")


@EACH_ENDPOINT
def test_endpoint_takes_reference_parameters(key: tuple[str, str]) -> None:
    """Required and optional parameters, nested ones too, have the reference's names, types, values and nullability."""
    row, found, edit = ROWS[key], parameters_of(DECLARED[key]), f"edit {home(key[0])}"
    alternatives = ALTERNATIVES.get(key, set()) | OPTIONAL_TODAY.get(key, set())
    required = {parameter["path"] for parameter in row["required"]} - alternatives
    optional = {parameter["path"] for parameter in row["optional"]} | alternatives
    assert {path for path, (_, needed) in found.items() if needed} == required, edit
    assert optional - found.keys() == set(), edit
    assert found.keys() == required | optional or key in TODAYS_ROWS, f"{edit}, or tests/data/today.json"
    for parameter in row["required"] + row["optional"]:
        hint, nullable, values = stripped(found[parameter["path"]][0])
        assert nullable == parameter["nullable"], (parameter["path"], edit)
        assert (list(values) if values else None) == parameter["enum"], (parameter["path"], edit)
        kinds = {kind for kind in members(hint) if not is_typeddict(kind)}
        if parameter["type"] in ("object", "array"):
            assert get_origin(hint) is not None, (parameter["path"], edit)
        elif re.fullmatch(r"[0-9a-f-]{36}", str(parameter["example"])) and parameter["path"] not in OPAQUE:
            assert kinds == {str, UUID}, (parameter["path"], edit)
        else:
            assert kinds == {SCALARS[parameter["type"], parameter["format"]]}, (parameter["path"], edit)


def arguments_of(key: tuple[str, str]) -> tuple[list[Any], dict[str, Any], Any]:
    """The example call: positional arguments, keywords, and the body that they stand for."""
    row = ROWS[key]
    positional: list[Any] = [f"example-{n}" for n in range(row["path"].count("{"))]
    body = row["body"]
    if key == ("config_vars", "update"):
        return [*positional, body], {}, body
    if key == ("oauth_tokens", "create"):
        body = {name: value for name, value in body.items() if name != "refresh_token"}
    if key == ("organizations", "update"):
        body = {"default": True}  # a boolean, which the example shows as "true"
    return positional, body or {}, body


@pytest.mark.parametrize("key", sorted(ROWS), ids=".".join)
async def test_example_call_round_trips(key: tuple[str, str], answering: Answering) -> None:
    """The reference's example goes out with its verb, path, headers and body; the response equals it field by field."""
    row = ROWS[key]
    positional, keywords, body = arguments_of(key)
    raw = b"" if row["answer"] is None else json.dumps(row["answer"]).encode()
    async with answering(web.Response(status=row["status"], body=raw, content_type="application/json")) as pair:
        heroku, server = pair
        call = getattr(getattr(heroku, key[0]), key[1])(*positional, **keywords)
        result = await (call.all() if row["orders"] else call)
    (request,) = server.seen
    path = row["path"]
    for argument in positional[: path.count("{")]:
        path = re.sub(r"\{\w+\}", argument, path, count=1)
    assert server.sent() == [f"{row['verb']} {path}"]
    assert server.bodies == [body]
    assert request.headers["Accept"] == "application/vnd.heroku+json; version=3"
    assert request.headers["Authorization"] == "Bearer token"
    assert request.headers["User-Agent"].startswith("aioheroku/")
    assert ("Range" in request.headers) == bool(row["orders"])
    assert (request.headers.get("Content-Type") == "application/json") == (body is not None)
    if row["orders"]:
        order = "id" if "id" in row["orders"] else row["orders"][0]
        assert request.headers["Range"] == f"{order} ..; max=1000"
    example = row["answer"]
    if key == ("formation", "batch_update"):
        example = [example]  # the reference shows one object, where it promises a list
    assert same(result, example)


def test_the_examples_show_every_attribute() -> None:
    """Between them the examples reach every attribute of the tables but the one that none of them shows."""
    compared: set[tuple[str, str]] = set()
    for resource in TABLE:
        if (model := model_of(resource)) is None:
            continue
        for row in resource["endpoints"]:
            if row["answer"] is not None:
                example = row["answer"][0] if row["orders"] else row["answer"]
                seen: set[str] = set()
                assert same(aioheroku.structure(example, model), example, seen=seen)
                compared |= {(resource["name"], path) for path in seen}
    rows = {(resource["name"], row["path"]) for resource in TABLE for row in resource["attributes"]}
    assert rows - compared == NOT_SHOWN


@pytest.mark.parametrize("name", sorted(TODAYS_EXAMPLES))
def test_attributes_of_today_are_kept(name: str) -> None:
    """Today's attributes of a domain and a release reach the caller, and are unstructured as they came."""
    example = TODAYS_EXAMPLES[name]
    value = aioheroku.structure(example, getattr(aioheroku, name))
    assert same(value, example)
    assert aioheroku.unstructure(value) == example


async def test_parameters_of_today_are_accepted() -> None:
    """Parameters beyond the reference are sent to the simulated platform, which checks their types."""
    async with (
        Platform(apps=1, seed=3) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku,
    ):
        app = (await heroku.apps.list().all())[0].id
        addon = await heroku.addons.create(
            app, plan="papertrail:choklad", name="logs-1", confirm="example", attachment={"name": "LOGS"}
        )
        assert addon.name == "logs-1"
        source: SourceBlob = {"url": "https://example.com/a.tgz", "version": None, "checksum": "SHA256:00"}
        await heroku.builds.create(app, source_blob=source, buildpacks=[{"name": "heroku/ruby"}])
        await heroku.dynos.create(app, command="ls", type="run", time_to_live=60, force_no_tty=None)
        await heroku.domains.create(app, hostname="www.example.com", sni_endpoint=None)
        with raises(errors.InvalidParams):
            await heroku.request("POST", f"/apps/{app}/addons", {"plan": "papertrail:choklad", "confirm": 5})
