"""What fills a path, of every endpoint: names, ids, numbers and objects of ours, at run time and for type checkers."""

from types import SimpleNamespace
from typing import Any, get_type_hints
from urllib.parse import unquote
from uuid import UUID

from aioheroku._api.arguments import segment
from aioheroku._api.endpoint import Ref
from aioheroku.errors import InvalidRequest
from tests._support.declarations import DECLARED
from tests._support.secrets import raises
from tests._support.tables import every

ID = UUID("01234567-89ab-cdef-0123-456789abcdef")
WITH_PATH = sorted(key for key, function in DECLARED.items() if "{" in function.endpoint.path)


def made(name: tuple[str, str], *values: Any) -> str:
    """The path that a declaration makes from its path arguments."""
    compiled = DECLARED[name].endpoint.compiled
    path = compiled.root
    for value, (parameter, literal) in zip(values, compiled.path_parameters, strict=True):
        path += segment(value, parameter) + literal
    return str(path)


@every(WITH_PATH, ".".join)
def test_a_path_takes_what_names_a_thing(name: tuple[str, str]) -> None:
    """Each of its arguments is a `Ref`: a name, a UUID, a number, or an object with an id; anything else is refused."""
    endpoint = DECLARED[name].endpoint
    hints = get_type_hints(endpoint.function)
    parameters = [parameter for parameter, _ in endpoint.compiled.path_parameters]
    assert parameters
    for parameter in parameters:
        assert hints[parameter] == Ref, f"{parameter}: write `{parameter}: Ref`"
    count = len(parameters)
    expected = made(name, *[str(ID)] * count)
    assert made(name, *[ID] * count) == made(name, *[SimpleNamespace(id=ID)] * count) == expected
    assert made(name, *[7] * count) == expected.replace(str(ID), "7")
    assert unquote(made(name, *["a b?"] * count)) == expected.replace(str(ID), "a b?")
    for wrong in (True, None, 1.5, "", [ID], object()):
        with raises(InvalidRequest):
            made(name, *[wrong] * count)
