"""Declarations compiled at their first call: from arguments to a request, from a response to the annotated type."""

import logging
import re
from collections.abc import Callable, Mapping
from functools import partial
from inspect import Parameter, signature
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from aioheroku import _codec, _options
from aioheroku._api.arguments import Header, Secret, encoded, hidden, query, segment
from aioheroku._api.reading import Caller, pages, read
from aioheroku._api.validation import Validator, misfit, validator_for
from aioheroku._codec.hints import fields_of, hints_of, is_model, is_nullable, item_of, keywords_of, notes
from aioheroku._http import Request, Response
from aioheroku._middleware import meter
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET
from aioheroku.errors import DecodeError, InvalidRequest

if TYPE_CHECKING:
    from aioheroku._api.endpoint import Endpoint

logger = logging.getLogger("aioheroku")

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_is_plain: Final = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*").fullmatch


@frozen(eq=False)
class CompiledEndpoint:
    """An endpoint with its annotations resolved: what a call needs and nothing else."""

    endpoint: "Endpoint"
    make_request: Callable[..., Request]
    """Makes a request from its URL, headers, body and options; the rest is the same for all calls."""
    root: str
    """The path up to its first parameter."""
    path_parameters: tuple[tuple[str, str], ...]
    """The path's parameters, each with the text that follows it."""
    positional: int
    """Number of positional arguments."""
    whole_body: tuple[str, Validator] | None
    """The positional argument that is the whole body."""
    keywords: Mapping[str, Validator]
    required: frozenset[str]
    secrets: frozenset[str]
    """The keywords whose values are secrets."""
    header_names: Mapping[str, str]
    """The keywords that are sent as headers."""
    sends_body: bool
    """Whether there is a body even if no keyword is given."""
    is_plain: bool
    """Whether a call without keywords is its path alone."""
    decode: Callable[[bytes], Any] | None
    """Decodes the body of a response; a list's is that of a page."""
    default_range: Range
    range_fields: frozenset[str]
    """The fields that a list may be sorted by; empty if it is not a list."""

    @classmethod
    def compile(cls, endpoint: "Endpoint") -> "CompiledEndpoint":
        """Read the declaration's signature."""
        function = endpoint.function
        hints = hints_of(function)
        root, *pieces = _PLACEHOLDER.split(endpoint.path)
        rest = _after_path(endpoint, pieces[::2])
        keywords = list(keywords_of(function))
        secrets, header_names = _secrets(keywords)
        has_body = bool(rest) or endpoint.body is not None or len(keywords) > len(header_names)
        sends_body = has_body and endpoint.method not in {"GET", "DELETE"}
        default_range, range_fields = _orders(endpoint)
        return cls(
            endpoint=endpoint,
            make_request=partial(
                Request,
                endpoint.method,
                path=endpoint.path,
                idempotent=endpoint.idempotent,
                metered=endpoint.metered,
                reads=endpoint.reads,
                operation=endpoint.operation,
            ),
            root=root,
            path_parameters=tuple(zip(pieces[::2], pieces[1::2], strict=True)),
            positional=len(pieces) // 2 + len(rest),
            whole_body=(rest[0], validator_for(hints[rest[0]])) if rest else None,
            keywords={name: validator_for(hint) for name, hint, _ in keywords},
            required=frozenset(name for name, _, required in keywords if required),
            secrets=secrets,
            header_names=header_names,
            sends_body=sends_body,
            is_plain=not sends_body and endpoint.accept is None,
            decode=None if endpoint.result is NoneType else _codec.decoder_for(endpoint.result),
            default_range=default_range,
            range_fields=range_fields,
        )

    def request(self, caller: Caller, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Request:
        """The request of a call.

        It does not use `inspect.Signature.bind`, which alone takes 0.7 to 1.2 times as long as all of this.

        Raises:
            InvalidRequest: an argument has the wrong type or value.
            TypeError: the arguments do not fit the signature, as with any function.
        """
        if kwargs or self.required:
            self._check(args, kwargs)
        if len(args) != self.positional:
            raise misfit(self.endpoint.function, args, kwargs)
        path = self.root
        for value, (name, literal) in zip(args, self.path_parameters, strict=False):
            path += (value if type(value) is str and _is_plain(value) else segment(value, name)) + literal
        if not kwargs and self.is_plain:
            return self.make_request(caller.url(path), headers=caller.headers, options=caller.options)
        return self._with_content(caller, path, args, kwargs)

    def _with_content(self, caller: Caller, path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Request:
        """The request of a call that has a query, headers or a body of its own."""
        given = self._validated(kwargs)
        headers = self._headers(caller, given)
        body: bytes | None = None
        if self.endpoint.method == "GET":
            path += f"?{query(given)}" if given else ""
        elif given or self.sends_body:
            body, headers = encoded(self._body(args, given)), {**headers, "Content-Type": "application/json"}
        return self.make_request(caller.url(path), headers=headers, body=body, options=caller.options)

    def _check(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Mask the secrets before anything can fail, since a traceback may show variables; then check the names."""
        for name in self.secrets & kwargs.keys():
            kwargs[name] = hidden(kwargs[name])
        if not self.required <= kwargs.keys() <= self.keywords.keys():
            raise misfit(self.endpoint.function, args, kwargs)

    def _validated(self, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The keyword arguments that are to be sent."""
        given = {name: value for name, value in kwargs.items() if value is not UNSET}
        for name, value in given.items():
            self.keywords[name](value, name)
        return given

    def _headers(self, caller: Caller, given: dict[str, Any]) -> Mapping[str, str]:
        """The headers of a call; the keywords that are sent as such are taken out of `given`."""
        more: dict[str, str] = {}
        if self.endpoint.accept is not None and not caller.own_accept:
            more["Accept"] = _options.accept(self.endpoint.accept)
        for name, header in self.header_names.items():
            if name in given:
                more[header] = _options.header(given.pop(name), name)
        return _options.merge_headers(caller.headers, more)

    def _body(self, args: tuple[Any, ...], given: Mapping[str, Any]) -> Any:
        if self.whole_body is not None:
            name, validate = self.whole_body
            validate(args[-1], name)
            return args[-1]
        build_body, fixed = self.endpoint.build_body, self.endpoint.body
        body = given if build_body is None else build_body(given)
        return body if fixed is None else {**fixed, **body}

    def decoded(self, caller: Caller, response: Response) -> Any:
        """The response's body as the annotated type; an error is reported and raised.

        A write with a success status has succeeded even if its body is empty: the result is then `None`. If the type
        promises an object, that is logged, and a campaign counts the outcome as unknown. A 304 for a conditional read
        is raised as `NotModified`.
        """
        if self.endpoint.header_fields is not None:
            fields = self.endpoint.header_fields.items()
            came = {field: response.headers[name] for name, field in fields if name in response.headers}
            response = response.with_attributes(came) if came else response
        return read(caller, self.decode, response, self._worked)

    def _worked(self, response: Response, error: DecodeError) -> bool:
        """Whether a response without the object is a success."""
        if response.method == "GET" or self.endpoint.reads or not response.is_empty:
            return False
        if self.endpoint.method != "DELETE" and not is_nullable(hints_of(self.endpoint.function)["return"]):
            logger.warning("%s %s: success without the expected object", response.method, response.path)
            meter.miss(error)
        return True

    def pages(self, caller: Caller, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Pages[Any]:
        """The list of a call; nothing is sent yet."""
        range: Range = kwargs.pop("range", FULL)
        if not isinstance(range, Range):
            raise InvalidRequest(f"expected a Range, got {type(range).__name__}; see Range.parse.", "range")
        if range is FULL:
            range = self.default_range
        elif range.field not in self.range_fields:
            orders = " or ".join(map(repr, self.endpoint.order_fields or sorted(self.range_fields)))
            raise InvalidRequest(f"this list cannot be sorted by {range.field!r}: give {orders}.", "range.field")
        return pages(caller, self.request(caller, args, kwargs), range, partial(self.decoded, caller))


def _secrets(keywords: list[tuple[str, Any, bool]]) -> tuple[frozenset[str], dict[str, str]]:
    """The keywords whose values are secrets; the headers of those that are sent as such."""
    marks = {name: mark for name, hint, _ in keywords for mark in notes(hint) if isinstance(mark, Secret)}
    return frozenset(marks), {name: mark.name for name, mark in marks.items() if isinstance(mark, Header)}


def _after_path(endpoint: "Endpoint", in_path: list[str]) -> list[str]:
    """The positional parameters after those of the path: none, or that of the whole body."""
    parameters = list(signature(endpoint.function).parameters.values())[1:]  # without `self`
    positional = [parameter.name for parameter in parameters if parameter.kind is Parameter.POSITIONAL_ONLY]
    rest = positional[len(in_path) :]
    if [*in_path, *rest] != positional or len(rest) > 1:
        raise TypeError(f"{endpoint.function.__qualname__}: its positional parameters do not fill {endpoint.path}")
    return rest


_NAMING: Final = ("id", "name", "email", "number", "ordinal", "pcx_id")
"""The attributes that may identify an item, in order of preference."""


def _orders(endpoint: "Endpoint") -> tuple[Range, frozenset[str]]:
    """The default range of a list, and the fields that it may be sorted by."""
    stated, default = endpoint.order_fields, endpoint.default_order
    if not endpoint.is_list:
        return FULL, frozenset()
    if stated:
        return Range(default or ("id" if "id" in stated else stated[0])), frozenset(stated)
    item = item_of(endpoint.result)
    first = default or naming(item)
    return Range(first), frozenset({"id", first, *_attributes(item)})


def naming(item: Any) -> str:
    """The attribute that identifies an item: its id, if it has one."""
    attributes = _attributes(item)
    return next((name for name in _NAMING if name in attributes), attributes[0])


def _attributes(item: Any) -> tuple[str, ...]:
    return tuple(fields_of(item)) if is_model(item) else ("id",)
