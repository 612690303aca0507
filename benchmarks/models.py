"""The same page by the libraries that others use: each function makes typed objects of the bytes of a page."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

Decode = Callable[[bytes], Any]


def orjson_dicts() -> Decode:
    import orjson

    return orjson.loads


def aioheroku_apps() -> Decode:
    from aioheroku import App, _codec

    return _codec.decoder_for(list[App])


def cattrs_apps() -> Decode:
    from aioheroku import App
    from aioheroku._codec import cattrs_decoder

    return lambda body: cattrs_decoder.structure(json.loads(body), list[App])


def msgspec_structs() -> Decode:
    import msgspec

    named = msgspec.defstruct("Named", [("id", UUID), ("name", str)])
    person = msgspec.defstruct("Person", [("email", str), ("id", UUID)])
    app = msgspec.defstruct("App", list(_fields(named, person).items()))
    return msgspec.json.Decoder(list[app]).decode  # type: ignore[valid-type]


def pydantic_fields(make: Any) -> Any:
    """The app as a model of pydantic."""
    named = make("Named", id=(UUID, ...), name=(str, ...))
    person = make("Person", email=(str, ...), id=(UUID, ...))
    return make("App", **{name: (kind, ...) for name, kind in _fields(named, person).items()})


def pydantic_models() -> Decode:
    from pydantic import TypeAdapter, create_model

    app = pydantic_fields(create_model)
    return TypeAdapter(list[app]).validate_json  # type: ignore[valid-type]


def heroku3_apps() -> Decode:
    from heroku3.models.app import App  # pyright: ignore[reportMissingTypeStubs]

    make: Any = App.new_from_dict
    return lambda body: [make(item, h=None) for item in json.loads(body)]


def _fields(named: Any, person: Any) -> dict[str, Any]:
    moment = datetime
    return {
        "acm": bool,
        "archived_at": moment | None,
        "build_stack": named,
        "buildpack_provided_description": str | None,
        "created_at": moment,
        "generation": named,
        "git_url": str,
        "id": UUID,
        "internal_routing": bool | None,
        "maintenance": bool,
        "name": str,
        "organization": named | None,
        "owner": person,
        "region": named,
        "released_at": moment | None,
        "repo_size": int | None,
        "slug_size": int | None,
        "space": named | None,
        "stack": named,
        "team": named | None,
        "updated_at": moment,
        "web_url": str,
    }


WAYS: dict[str, Callable[[], Decode]] = {
    "orjson, dicts": orjson_dicts,
    "aioheroku": aioheroku_apps,
    "msgspec, structs": msgspec_structs,
    "aioheroku, tolerant path": cattrs_apps,
    "pydantic (githubkit)": pydantic_models,
    "heroku3": heroku3_apps,
}
