"""How a session is made, shared and closed."""

from importlib.metadata import version
from inspect import signature
from typing import Any

import aiohttp
import attrs
import pytest
from aiohttp import web

import aioheroku
from aioheroku import Credentials, Heroku, errors
from aioheroku._client.attributes import RESOURCES
from aioheroku._client.context import _HEADERS, _OPTIONS
from aioheroku._client.options import SessionOptions
from aioheroku._http import Options
from tests._support.fakes import Serve
from tests._support.secrets import raises


@pytest.mark.parametrize("token", ["", "two\nlines", "tok en", "token\r\n", "tökén", 5, b"token", ["token"]])
def test_a_bad_token_is_named_and_never_shown(token: Any) -> None:
    """An empty, multi-line or otherwise impossible token is refused at once, without quoting it."""
    with raises(errors.InvalidRequest, match=r"^token: ") as caught:
        Heroku(token)
    assert "two" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.heroku.com",
        "api.heroku.com",
        "ftp://127.0.0.1",
        "https://user:pass@api.heroku.com",
        "https://x/?q",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://127.0.0.2:5000",
        "http://0.0.0.0",
        "",
        5,
    ],
)
def test_base_url_that_leaks_the_token_fails(url: Any) -> None:
    """Plain http is for loopback alone, and a base URL is an address and nothing else."""
    with raises(errors.InvalidRequest, match=r"^base_url: "):
        Heroku("t", base_url=url)


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.0.0.1", "http://[::1]:1", "https://api.example.com"])
def test_plain_http_is_for_this_machine(url: str) -> None:
    """A simulated platform, or a proxy on the same machine, needs no certificate."""
    assert repr(Heroku("token", base_url=url)).startswith(f"<Heroku {url}")


def test_the_repr_of_a_session_shows_no_token() -> None:
    """Session and credentials can be printed and logged."""
    for credentials in (Credentials.bearer("s3cr3t"), Credentials.basic("s3cr3t")):
        assert "s3cr3t" not in repr(credentials)
        assert "s3cr3t" not in repr(Heroku(credentials))
        assert "s3cr3t" not in repr(Heroku(credentials)._view)


async def test_basic_credentials_have_an_empty_user(serve: Serve) -> None:
    """`Credentials.basic` sends `:{token}`."""
    server = await serve(lambda _: web.json_response([]))
    async with Heroku(Credentials.basic("token"), base_url=server.url) as heroku:
        await heroku.regions.list().all()
    assert server.seen[0].headers["Authorization"] == "Basic OnRva2Vu"


def test_from_env_prefers_the_variable_over_netrc(monkeypatch: Any, tmp_path: Any) -> None:
    """HEROKU_API_KEY comes first, then the netrc file; with neither, the error says what to do."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.heroku.com login me@example.com password from-netrc\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HEROKU_API_KEY", "from-env")
    assert Heroku.from_env()._view.headers["Authorization"] == "Bearer from-env"
    monkeypatch.delenv("HEROKU_API_KEY")
    assert Heroku.from_env()._view.headers["Authorization"] == "Bearer from-netrc"
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    with raises(errors.InvalidRequest, match=r"HEROKU_API_KEY is not set.*heroku login"):
        Heroku.from_env()


def test_from_env_takes_the_options_of_a_session() -> None:
    """Its typed options are the constructor's keywords, all of them: a new one is added to `SessionOptions` as well."""
    keywords = {name for name, one in signature(Heroku).parameters.items() if one.kind is one.KEYWORD_ONLY}
    assert keywords - {"base_url"} == set(SessionOptions.__annotations__), "edit aioheroku/_client/options.py"


def test_every_option_of_a_view_is_applied() -> None:
    """Each keyword of `using` is checked and has an effect, and each of `Options` is a keyword."""
    given = set(signature(Heroku.using).parameters) - {"self", "headers", "extra_body", "extra_query"}
    assert given == {*_OPTIONS, *_HEADERS}, "edit the tables of aioheroku/_client/context.py"
    assert {one.name for one in attrs.fields(Options)} == _OPTIONS.keys(), "edit `Options` in aioheroku/_http.py"


def test_from_env_does_not_take_anything_else(monkeypatch: Any) -> None:
    """A keyword that does not exist is a TypeError, before anything is sent."""
    monkeypatch.setenv("HEROKU_API_KEY", "from-env")
    with raises(TypeError, match="base_ulr"):
        Heroku.from_env(base_ulr="https://api.example.com")  # type: ignore[call-arg]


def test_no_base_url_is_heroku() -> None:
    """`base_url=None`, as from an option that was not given, is the default."""
    assert repr(Heroku("t", base_url=None)) == repr(Heroku("t"))


def test_netrc_is_read_by_host(tmp_path: Any) -> None:
    """The token is that of the given machine; the entry `default` holds a password for others, and is not sent."""
    netrc = tmp_path / "netrc"
    netrc.write_text(
        "machine git.heroku.com login a password for-git\n"
        "machine api.heroku.com login a password for-api\n"
        "default login anonymous password s3cr3t\n"
    )
    assert Credentials.netrc(netrc).authorization == "Bearer for-api"
    assert Credentials.netrc(netrc, host="git.heroku.com").authorization == "Bearer for-git"
    with raises(errors.InvalidRequest, match=r"no password for api\.example\.com"):
        Credentials.netrc(netrc, host="api.example.com")
    assert Credentials.environment({"NETRC": str(netrc)}).authorization == "Bearer for-api"


def test_broken_netrc_error_hides_its_content(tmp_path: Any) -> None:
    """The error about a netrc file that cannot be parsed quotes nothing of it."""
    netrc = tmp_path / "netrc"
    netrc.write_text("s3cr3t machine\n")
    with raises(errors.InvalidRequest) as caught:
        Credentials.netrc(netrc)
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_injected_session_is_never_closed(serve: Serve) -> None:
    """What the caller opened, the caller closes."""
    server = await serve(lambda _: web.json_response([]))
    async with aiohttp.ClientSession() as session:
        async with Heroku("t", base_url=server.url, session=session) as heroku:
            await heroku.regions.list().all()
        assert not session.closed


async def test_sessions_of_one_account_share_one_pool() -> None:
    """The same credentials at the same place have one pool; others have their own."""
    one, same, other = Heroku("a"), Heroku("a"), Heroku("b")
    assert one.pool is same.pool
    assert one.pool is not other.pool
    assert Heroku("a", base_url="http://127.0.0.1:5099").pool is not one.pool


async def test_a_closed_session_says_so(serve: Serve, app: Any) -> None:
    """After closing, a call is refused and nothing is sent."""
    server = await serve(lambda _: web.json_response(app))
    async with Heroku("t", base_url=server.url) as heroku:
        await heroku.apps.info("example")
    with raises(errors.SessionClosed):
        await heroku.apps.info("example")
    assert len(server.seen) == 1


@pytest.mark.parametrize("option", [{"timeout": -1}, {"timeout": "5"}, {"max_wait": True}, {"priority": "urgent"}])
def test_bad_options_are_named(option: dict[str, Any]) -> None:
    """An invalid option is refused when the view is made, not when it is used."""
    with raises(errors.InvalidRequest, match=f"^{next(iter(option))}: "):
        Heroku("t").using(**option)


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("aps", "apps"), ("config_var", "config_vars"), ("dyno", "dynos"), ("oauth_token", "oauth_tokens")],
)
def test_misspelt_resource_gets_a_suggestion(typo: str, meant: str) -> None:
    """A typo in a resource's name is an AttributeError that names what was probably meant."""
    with raises(AttributeError, match=f"{typo}.*Did you mean '{meant}'"):
        getattr(Heroku("t"), typo)


@pytest.mark.parametrize("name", ["_repr_html_", "__array__", "xyzzy"])
def test_unrelated_names_get_no_suggestion(name: str) -> None:
    """Tools that probe an object for methods get a plain AttributeError."""
    with raises(AttributeError) as caught:
        getattr(Heroku("t"), name)
    assert "mean" not in str(caught.value)


def test_dir_lists_resources_and_models() -> None:
    """Completion finds every resource of a session and every public name of the package."""
    assert set(RESOURCES) | {"request", "using", "pool"} <= set(dir(Heroku("t")))
    assert set(aioheroku.__all__) <= set(dir(aioheroku))


def test_misspelt_model_is_an_attribute_error() -> None:
    """The error names the package, so that Python's own suggestion finds the name."""
    with raises(AttributeError, match="module 'aioheroku' has no attribute 'Ap'") as caught:
        aioheroku.Ap  # noqa: B018
    assert (caught.value.name, caught.value.obj) == ("Ap", aioheroku)


def test_version_is_the_packages() -> None:
    """`__version__` is that of the installed distribution."""
    assert aioheroku.__version__ == version("aioheroku")
