"""Findings of one's own: the registry and the entry point group."""

from pathlib import Path

import pytest

from aioheroku import Heroku, Pool
from aioheroku.audit import FINDINGS, Audit, RuleContext, finding, load_findings, needs
from aioheroku.errors import InvalidRequest
from aioheroku.testing import Platform
from tests._support.secrets import raises

pytestmark = pytest.mark.usefixtures("findings")


async def kinds(part: str) -> list[list[str]]:
    async with (
        Platform(apps=3, capacity=5000) as platform,
        Heroku(platform.token, base_url=platform.url, pool=Pool()) as heroku,
    ):
        return [[one.kind for one in record.findings] async for record in Audit(heroku, include=[part]).records()]


async def test_an_added_finding_is_made() -> None:
    """A function that was added is called with the app and the part that it names, and is among the kinds."""

    @finding("named", "the app has a name", part="domains")
    def named(context: RuleContext) -> str | None:
        return f"{context.app.name}: {len(context.parts['domains'])}"

    assert FINDINGS["named"] == "the app has a name"
    assert needs("named") == "domains"
    assert all("named" in found for found in await kinds("domains"))
    assert not any("named" in found for found in await kinds("addons"))


async def test_a_finding_that_raises_is_an_error() -> None:
    """A function that raises costs no app and no other finding: it is an error in the row."""

    @finding("faulty", "never made")
    def faulty(context: RuleContext) -> str | None:
        raise KeyError(context.app.name)

    found = await kinds("log-drains")
    assert len(found) == 3
    assert all("error" in found for found in found)


@pytest.mark.parametrize(
    ("kind", "part", "field"),
    [
        ("Not A Kind", None, "kind"),
        ("", None, "kind"),
        ("error", None, "kind"),
        ("maintenance", None, "kind"),
        ("x", "nope", "part"),
    ],
)
def test_a_wrong_finding_is_refused(kind: str, part: str | None, field: str) -> None:
    """A malformed or taken kind and an unknown part are refused where they are declared."""
    with raises(InvalidRequest) as error:
        finding(kind, "about", part=part)
    assert error.value.field == field


@pytest.mark.parametrize("module", ["findings_of_ours", "not_there"])
def test_what_packages_bring_is_loaded(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry points of an installed package are imported; one that cannot be is named."""
    installed = tmp_path / "ours-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: ours\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(f"[aioheroku.findings]\nours = {module}\n")
    (tmp_path / "findings_of_ours.py").write_text(
        "from aioheroku.audit import finding\n\n\n"
        "@finding('of-ours', 'a rule of ours')\n"
        "def rule(context):\n    return context.app.name\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    if module == "not_there":
        with raises(InvalidRequest, match="ours"):
            load_findings()
    else:
        load_findings()
        assert FINDINGS["of-ours"] == "a rule of ours"
