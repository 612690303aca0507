"""The platform's own description of itself, a JSON hyper-schema made of its routes."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from aioheroku.testing._http.body_schema import BodySchema, Named, Nullable, OneOf, ParameterType
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Link, Route, Routes
from aioheroku.testing._state.table import Row

_TYPE_NAMES = {str: "string", bool: "boolean", int: "integer", dict: "object", list: "array"}
_RELS = {"POST": "create", "PATCH": "update", "PUT": "update", "DELETE": "destroy"}
_OWNERS = {"addon": "add-on", "service": "add-on-service"}
"""The definition of the object that a path parameter identifies, if the two have different names."""


def schema_routes(several: tuple[Route, ...]) -> list[Route]:
    """The endpoint that describes these routes."""
    routes = Routes("Schema", public=True)

    @cache
    def described() -> Row:
        return describe(several)

    @routes.get("/schema")
    def info(context: RequestContext) -> Row:  # noqa: ARG001 - the same for all accounts
        """All endpoints with their parameters."""
        return described()

    return routes.all


def describe(several: Iterable[Route]) -> Row:
    """Definitions by resource, each with the links of its endpoints."""
    listed = [route for route in several if route.listed]
    keys = {_key(route.resource) for route in listed}
    definitions = dict[str, Any]()
    for route in listed:
        key = _key(route.resource)
        one = definitions.setdefault(key, {"title": route.resource, "type": ["object"], "links": []})
        one["links"] += [_link(route, link, key, keys) for link in route.links]
    return {
        "$schema": "http://interagent.github.io/interagent-hyper-schema",
        "title": "Heroku Platform API",
        "description": "The endpoints of the simulated platform.",
        "type": ["object"],
        "definitions": {
            key: {**definitions[key], "definitions": {"identity": {"type": ["string"]}}} for key in sorted(definitions)
        },
        "properties": {key: {"$ref": f"#/definitions/{key}"} for key in sorted(definitions)},
    }


def _link(route: Route, link: Link, key: str, keys: set[str]) -> Row:
    title = link.title.removeprefix(f"{route.resource} ")
    result: Row = {
        "title": title,
        "rel": _rel(route, title),
        "method": route.method,
        "href": _href(route.template, key, keys),
    }
    if link.schema.required or link.schema.optional:
        result["schema"] = _object(link.schema)
    if route.orders:
        result["ranges"] = sorted(route.orders)
    return result


def _rel(route: Route, title: str) -> str:
    if route.method == "GET":
        return "instances" if route.orders or "List" in title else "self"
    return "empty" if route.status == 202 else _RELS[route.method]


def _href(template: str, key: str, keys: set[str]) -> str:
    """The path with a pointer to an identity in place of each parameter."""
    parts = list[str]()
    for part in template.split("/"):
        if part.startswith("{"):
            named = part[1:-1].replace("_", "-")
            owner = _OWNERS.get(named, named)
            parts.append(f"{{(%23%2Fdefinitions%2F{owner if owner in keys else key}%2Fdefinitions%2Fidentity)}}")
        else:
            parts.append(part)
    return "/".join(parts)


def _object(schema: BodySchema) -> Row:
    kinds = {**schema.required, **schema.optional}
    result: Row = {"type": ["object"], "properties": {name: _kind(kinds[name]) for name in sorted(kinds)}}
    if schema.required:
        result["required"] = sorted(schema.required)
    return result


def _kind(kind: ParameterType) -> Row:
    if isinstance(kind, BodySchema):
        return _object(kind)
    if isinstance(kind, Nullable):
        inner = _kind(kind.kind)
        return {**inner, "type": [*inner["type"], "null"]}
    if isinstance(kind, OneOf):
        return {"type": ["string", "null"] if None in kind.values else ["string"], "enum": list(kind.values)}
    if isinstance(kind, Named):
        return {"type": ["string"]}
    return {"type": [_TYPE_NAMES[kind]]}


def _key(resource: str) -> str:
    return resource.lower().replace(" ", "-")
