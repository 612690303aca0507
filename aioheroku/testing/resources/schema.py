"""The platform's own description of itself, a JSON hyper-schema made of its routes."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from aioheroku.testing.call import Call
from aioheroku.testing.checks import Kind, Nullable, OneOf, Takes
from aioheroku.testing.routing import Link, Route, Routes
from aioheroku.testing.table import Row

_WORDS = {str: "string", bool: "boolean", int: "integer", dict: "object", list: "array"}
_RELS = {"POST": "create", "PATCH": "update", "PUT": "update", "DELETE": "destroy"}
_OWNERS = {"app": "app", "build": "build", "organization": "organization", "service": "add-on-service"}


def serving(several: tuple[Route, ...]) -> list[Route]:
    """The endpoint that describes these routes."""
    routes = Routes("Schema", public=True)

    @cache
    def described() -> Row:
        return describe(several)

    @routes.get("/schema")
    def info(call: Call) -> Row:  # noqa: ARG001 - the same for everybody
        """All endpoints with their parameters."""
        return described()

    return routes.all


def describe(several: Iterable[Route]) -> Row:
    """Definitions by resource, each with the links of its endpoints."""
    definitions = dict[str, Any]()
    for route in several:
        key = _key(route.resource)
        one = definitions.setdefault(key, {"title": route.resource, "type": ["object"], "links": []})
        one["links"] += [_link(route, link, key) for link in route.links]
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


def _link(route: Route, link: Link, key: str) -> Row:
    told: Row = {
        "title": link.title.removeprefix(f"{route.resource} "),
        "rel": _rel(route, link.title),
        "method": route.method,
        "href": _href(route.template, key),
    }
    if link.takes.required or link.takes.optional:
        told["schema"] = _object(link.takes)
    if route.orders:
        told["ranges"] = sorted(route.orders)
    return told


def _rel(route: Route, title: str) -> str:
    if route.method == "GET":
        return "instances" if route.orders or title.endswith("List") else "self"
    return "empty" if route.status == 202 else _RELS[route.method]


def _href(template: str, key: str) -> str:
    """The path with a pointer to an identity in place of each parameter."""
    parts = list[str]()
    for part in template.split("/"):
        owner = _OWNERS.get(part[1:-1], key) if part.startswith("{") else None
        parts.append(f"{{(%23%2Fdefinitions%2F{owner}%2Fdefinitions%2Fidentity)}}" if owner else part)
    return "/".join(parts)


def _object(takes: Takes) -> Row:
    kinds = {**takes.required, **takes.optional}
    told: Row = {"type": ["object"], "properties": {name: _kind(kinds[name]) for name in sorted(kinds)}}
    if takes.required:
        told["required"] = sorted(takes.required)
    return told


def _kind(kind: Kind) -> Row:
    if isinstance(kind, Takes):
        return _object(kind)
    if isinstance(kind, Nullable):
        return {"type": [_WORDS[kind.kind], "null"]}
    if isinstance(kind, OneOf):
        return {"type": ["string"], "enum": list(kind.values)}
    return {"type": [_WORDS[kind]]}


def _key(resource: str) -> str:
    return resource.lower().replace(" ", "-")
