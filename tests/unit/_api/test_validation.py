"""Arguments that a method does not take: told with the method's name and the right one, before anything is sent."""

from typing import Any

import pytest

from aioheroku import Heroku, resources
from aioheroku._client.attributes import RESOURCES
from tests._support.fakes import Serve
from tests._support.secrets import raises
from tests._support.tables import every

WRONG: list[tuple[str, str, tuple[Any, ...], dict[str, Any], str]] = [
    (
        "formation",
        "update",
        ("a", "web"),
        {"limit": 2},
        "formation.update() got an unexpected keyword argument 'limit'.",
    ),
    ("apps", "update", ("a",), {"nme": "b"}, "Did you mean 'name'?"),
    (
        "apps",
        "update",
        ("a",),
        {"nme": "b"},
        "It is apps.update(app, /, *, maintenance=..., name=..., build_stack=...)",
    ),
    ("apps", "info", (), {"app": "a"}, "apps.info() takes 'app' by position, without its name: apps.info(app, /)"),
    ("domains", "info", ("a",), {"domain": "b"}, "domains.info() takes 'domain' by position"),
    (
        "formation",
        "update",
        ("a", "web", 2),
        {},
        "takes 2 positional arguments, but 3 were given. Give the rest by keyword",
    ),
    (
        "account",
        "info",
        ("a",),
        {},
        "account.info() takes 0 positional arguments, but 1 were given. It is account.info()",
    ),
    ("dynos", "info", ("a",), {}, "dynos.info() is missing 'dyno'. It is dynos.info(app, dyno, /)"),
    ("domains", "create", ("a",), {}, "domains.create() is missing 'hostname'."),
    ("domains", "create", (), {}, "domains.create() is missing 'app', 'hostname'."),
    (
        "config_vars",
        "update",
        ("a",),
        {"FOO": "b"},
        "unexpected keyword argument 'FOO'. It is config_vars.update(app, ",
    ),
    ("apps", "list", (), {"limit": 3}, "Lists take range=Range(...)."),
    ("addons", "list", ("a",), {"order_by": "name"}, "Lists take range=Range(...)."),
    ("apps", "list", ("a",), {}, "apps.list() takes 0 positional arguments"),
]


@pytest.mark.parametrize(("resource", "method", "args", "kwargs", "text"), WRONG)
async def test_wrong_arguments_are_named(  # noqa: PLR0917 - a table
    resource: str, method: str, args: tuple[Any, ...], kwargs: dict[str, Any], text: str, serve: Serve
) -> None:
    """The text names the method, the problem, the nearest name and the whole signature; it does not quote a value."""
    server = await serve([])
    async with Heroku("token", base_url=server.url) as heroku:
        with raises(TypeError) as caught:
            await getattr(getattr(heroku, resource), method)(*args, **kwargs)
    assert text in str(caught.value)
    assert "'b'" not in str(caught.value)
    assert server.seen == []


METHODS = [
    (name, method, function.endpoint)
    for name, kind in RESOURCES.items()
    for method, function in vars(getattr(resources, kind)).items()
    if hasattr(function, "endpoint")
]


@every(METHODS, lambda called: ".".join(called[:2]))
def test_every_method_is_called_by_its_name(called: tuple[str, str, Any]) -> None:
    """The name in the text is the one that users write: resource, dot, method."""
    name, method, endpoint = called
    with raises(TypeError, match=rf"^{name}\.{method}\(\) got an unexpected keyword argument 'unheard_of'"):
        endpoint.compiled.request(None, (), {"unheard_of": 1})
