"""Finds the declared endpoint of a raw path: `heroku.request()` uses its properties, and logs its template.

Imported by the first `request()`, because it imports every resource.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import unquote

from attrs import define, field, frozen

from aioheroku import resources
from aioheroku._api.endpoint import Endpoint
from aioheroku._http import IDEMPOTENT
from aioheroku._pagination import Range

_PLACEHOLDER: Final = re.compile(r"\{[A-Za-z_]\w{0,60}\}", re.ASCII)
_OTHER_WORDS: Final = frozenset({"branches", "hosts", "log-drain", "outbound-ruleset", "repo", "schema", "sso"})
"""Words in the paths of other clients of the platform that no declaration contains."""


@frozen
class Route:
    """The properties of a request with a raw path."""

    path: str
    """The template of the declaration, else the path with `{}`, or the caller's `{name}`, for all but known words."""
    idempotent: bool
    metered: bool = True
    reads: bool = False
    operation: str = ""
    default_range: Range | None = None
    """The default range of the list, if a resource declares it."""


@define(eq=False)
class _Node:
    """A node of the tree of endpoints: one path segment; the key `None` is a parameter."""

    below: dict[str | None, "_Node"] = field(factory=dict[str | None, "_Node"])
    endpoints: dict[str, Endpoint] = field(factory=dict[str, Endpoint])


@cache
def _declared() -> tuple[_Node, frozenset[str]]:
    """All declared endpoints as a tree, and all literal segments of their paths."""
    root, words = _Node(), set[str](_OTHER_WORDS)
    for endpoint in _endpoints():
        node = root
        for segment in endpoint.path.split("/"):
            word = None if segment.startswith("{") else segment
            node = node.below.setdefault(word, _Node())
            words.add(word or "")
        known = node.endpoints.setdefault(endpoint.method, endpoint)
        if known.idempotent and not endpoint.idempotent:  # only the body shows which of the two is meant
            node.endpoints[endpoint.method] = endpoint
    return root, frozenset(words)


def _endpoints() -> list[Endpoint]:
    found: list[Endpoint] = []
    for name in dir(resources):
        operations: type[Any] = getattr(resources, name)
        endpoints = (getattr(member, "endpoint", None) for member in vars(operations).values())
        found += [endpoint for endpoint in endpoints if isinstance(endpoint, Endpoint)]
    return found


def _matches(node: _Node, segments: list[str]) -> Mapping[str, Endpoint]:
    """The endpoints of a path, by HTTP method; a literal segment takes precedence over a parameter."""
    if not segments:
        return node.endpoints
    first, *rest = segments
    for word in (first, None) if first else (first,):  # a parameter is never empty
        if (below := node.below.get(word)) is not None and (found := _matches(below, rest)):
            return found
    return {}


def find(method: str, raw_path: str, template: str = "") -> Route:
    """The route of a verb and an encoded path below the base URL, and of the template that the path was made of.

    Of undeclared paths only GET, HEAD and PUT count as idempotent: a DELETE may restart a dyno instead of deleting it.
    """
    segments = [unquote(segment) for segment in raw_path.split("/")]
    root, words = _declared()
    endpoint = _matches(root, segments).get("GET" if method == "HEAD" else method)
    if endpoint is not None:
        first = endpoint.compiled.default_range if endpoint.is_list else None
        return Route(endpoint.path, endpoint.idempotent, endpoint.metered, endpoint.reads, endpoint.operation, first)
    given = template.split("/") if template.count("/") == raw_path.count("/") else [""] * len(segments)
    shape = "/".join(_shown(*pair, words) for pair in zip(segments, given, strict=True))
    return Route(shape, method in IDEMPOTENT)


def _shown(segment: str, given: str, words: frozenset[str]) -> str:
    """A segment as it may be reported: the placeholder of a template, or a word of the API."""
    if _PLACEHOLDER.fullmatch(given):
        return given
    return segment if segment in words else "{}"
