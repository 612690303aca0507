"""The HTML report as a person sees it, in a real browser: not its markup."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from aioheroku.audit import write_html
from tests._support.browser import CONTRAST, Page
from tests._support.fleet import AT, HOSTILE, app, apps, hostile
from tests._support.thorough import some

Show = Callable[..., Awaitable[Page]]
NAMES = "#apps summary"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLUMN = """title => [...document.querySelectorAll("#apps thead th")].findIndex(one => one.innerText.includes(title))"""
ORDER = """() => [...document.querySelectorAll("#apps thead th")].map(one => one.getAttribute("aria-sort"))"""
ERRORS = [{"part": "dynos", "error": "Forbidden", "message": "403 forbidden: no.", "request_id": "1-2-3"}]


async def cells(page: Page, title: str) -> list[str]:
    """The first lines of what a column shows."""
    column = await page.run(COLUMN, title)
    texts = await page.texts(f"#apps tbody tr:first-child > :nth-child({column + 1})")
    return [text.split("\n")[0] for text in texts]


async def head(page: Page, title: str) -> str:
    """The selector of a column's button."""
    return f"#apps thead th:nth-child({await page.run(COLUMN, title) + 1}) button"


async def test_the_totals_are_those_of_the_rows(show: Show) -> None:
    """Apps, findings and dynos on top are what the table has, and so is the headline."""
    page = await show(apps(30))
    assert await page.text("h1") == "14 of 30 apps have findings"
    tiles = dict(pair.split("\n") for pair in await page.texts(".tile"))
    names, badges = await page.texts(NAMES), await page.texts("#apps .badge")
    assert int(tiles["Apps"]) == len(names) == len(set(names)) == 30
    assert int(tiles["Findings"]) == len(badges) == 16
    assert int(tiles["Apps with findings"]) == sum(text != "none" for text in await cells(page, "Findings"))
    assert int(tiles["Dynos"]) == sum(map(int, await cells(page, "Dynos")))
    assert int(tiles["Certificates"]) == sum(text != "none" for text in await cells(page, "Certificate")) == 15


async def test_it_says_when_it_was_made(show: Show) -> None:
    """The moment of the audit, with its time zone."""
    page = await show(apps(3))
    assert "Read on 28 November 2026, 07:30" in await page.text(".when")
    assert "UTC" in await page.text(".when")
    assert "to" not in (await page.text(".when")).partition("UTC")[0].split()


async def test_urgent_findings_come_first(show: Show) -> None:
    """What is down stands before what is a risk, even if that is more frequent."""
    page = await show(apps(30))
    assert [text.split()[0] for text in await page.texts(".kinds .what")] == ["crashed-dynos", "deprecated-stack"]


async def test_a_finding_says_what_to_do(show: Show) -> None:
    """Each kind has its count, what it means and how to fix it; its button shows as many apps as it counts."""
    page = await show(apps(30))
    for number, text in enumerate(await page.texts(".kinds li"), 1):
        kind, count = text.split()[:2]
        assert "heroku " in text
        await page.click(f".kinds li:nth-child({number}) button")
        assert len(await page.texts(NAMES)) == int(count)
        assert all(kind in shown for shown in await page.texts("#apps td.findings"))


@pytest.mark.parametrize(
    "title", some(["App", "Findings", "Stack", "Dynos", "Released", "Certificate", "Domains", "People"], 3)
)
async def test_a_click_sorts(show: Show, title: str) -> None:
    """One way, then the other; what is not known comes last both times; assistive technology is informed."""
    page = await show([app(number) for number in (3, 11, 7, 2, 5)])
    button = await head(page, title)
    first = "ascending" if title not in ("Findings", "Dynos", "Domains", "People") else "descending"
    if title == "Findings":
        await page.click(button)  # it was sorted so already
    column = await page.run(COLUMN, title)
    values = """at => [...document.querySelectorAll("#apps tbody")].map(body => body.rows[0].cells[at])
        .map(cell => cell.dataset.value ?? cell.innerText.trim())"""
    for way in (first, {"ascending": "descending", "descending": "ascending"}[first]):
        await page.click(button)
        assert (await page.run(ORDER))[column] == way
        assert [one for one in await page.run(ORDER) if one] == [way]
        shown: list[Any] = await page.run(values, column)
        known = [int(value) if value.isdigit() else value for value in shown if value]
        assert known == sorted(known, reverse=way == "descending")
        assert shown[len(known) :] == [""] * (len(shown) - len(known))
    assert len(set(await page.texts(NAMES))) == 5


async def test_the_keyboard_sorts(show: Show) -> None:
    """The heads are buttons: Tab comes to them, and Enter and the space bar press them."""
    page = await show(apps(12))
    await page.run("selector => document.querySelector(selector).focus()", await head(page, "App"))
    await page.press("Enter", 13, "\r")
    assert await cells(page, "App") == [f"app-{number:04}" for number in range(12)]
    await page.press(" ", 32, " ")
    assert await cells(page, "App") == [f"app-{number:04}" for number in reversed(range(12))]
    await page.press("Tab", 9)
    assert "Findings" in await page.run("() => document.activeElement.innerText")


async def test_typing_filters(show: Show) -> None:
    """Rows that lack a word disappear, whichever detail has it; the count is read out; Clear brings all back."""
    page = await show(apps(30))
    await page.click("#filter")
    await page.type("flag_7 app-0007")
    assert await page.texts(NAMES) == ["app-0007"]
    assert await page.text("#status") == "1 app of 30."
    await page.type("zz")
    assert await page.texts(NAMES) == []
    assert "No app fits" in await page.text("#status")
    await page.click("button[type=reset]")
    assert len(await page.texts(NAMES)) == 30
    assert await page.run("() => document.activeElement.id") == "filter"
    await page.type("CEDAR-14")
    assert len(await page.texts(NAMES)) == 10
    await page.click(await head(page, "App"))
    await page.type(" app-0029")
    assert len(await page.texts(NAMES)) == 10  # the focus was elsewhere


async def test_rows_stay_rows(show: Show) -> None:
    """On a phone too, a screen reader finds a table: a role for each row and cell."""
    page = await show(apps(3))
    await page.size(420)
    roles = await page.run(
        "() => [...document.querySelectorAll('#apps, #apps *')].map(one => one.getAttribute('role'))"
    )
    assert {"table", "rowgroup", "row", "columnheader", "rowheader", "cell"} <= set(roles)
    tree = await page.send("Accessibility.getFullAXTree")
    heard = [node["role"]["value"] for node in tree["nodes"] if not node["ignored"]]
    assert (heard.count("row"), heard.count("rowheader")) == (4, 3)


async def test_an_app_opens(show: Show) -> None:
    """Its name shows the rest of it, and hides it again; by the keyboard too."""
    page = await show([app(5)])
    assert await page.texts("#apps .more") == []
    await page.click(NAMES)
    for text in ("DATABASE_URL", "postgresql-5", "https://logs.example.com", "heroku/python", "web.1", "v6 on"):
        assert text in await page.text("#apps .more")
    await page.press("Enter", 13, "\r")
    assert await page.texts("#apps .more") == []


async def test_the_charts_have_text(show: Show) -> None:
    """Labels and values can be read, and the page names each chart to those who do not see it."""
    page = await show(apps(30))
    figures = dict(zip(await page.texts("figure h3"), await page.texts("figure svg"), strict=True))
    stacks = await page.texts("figure:first-child svg text")
    assert stacks[:2] == ["cedar-14deprecated", "10"]
    assert set(figures) == {"Stacks", "Release ages", "Dyno sizes", "Certificates"}
    labels = await page.run("() => [...document.querySelectorAll('figure svg')].map(one => one.ariaLabel)")
    assert "Stacks: cedar-14 10, heroku-22 10, heroku-24 10" in labels
    assert [text for text in await page.texts("figure.wide text") if text == "Nov"]


async def test_a_stack_that_ended_is_marked(show: Show) -> None:
    """Its bar is red and says so; of two findings about a stack the worse one counts."""
    page = await show(
        [
            *apps(2),
            *(
                app(number, findings=[{"kind": kind, "detail": "x"}], stack="heroku-16")
                for number, kind in enumerate(("stack-end-of-life", "deprecated-stack"), 2)
            ),
        ]
    )
    stacks = await page.texts("figure:first-child svg text")
    assert "heroku-16end of life" in stacks
    assert await page.run("() => document.querySelectorAll('figure:first-child .bar.bad').length") == 1


_TOUCHING = """() => {
  const boxes = [...document.querySelectorAll("figure text")].filter(one => one.getClientRects().length)
    .map(one => [one.textContent.trim(), one.getBoundingClientRect()]);
  return boxes.flatMap(([one, a], at) => boxes.slice(at + 1)
    .filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2)
    .map(([other]) => [one, other]));
}"""
"""Texts of charts that overlap."""


@pytest.mark.parametrize("width", [320, 360, 420, 800, 1400])
async def test_labels_of_charts_do_not_touch(show: Show, width: int) -> None:
    """However narrow the window, and each year stands below a month of it."""
    page = await show(apps(30))
    await page.size(width)
    assert await page.run(_TOUCHING) == []
    below = await page.run(
        """() => { const shown = selector => [...document.querySelectorAll(`figure.wide ${selector}`)]
          .filter(one => one.getClientRects().length);
        return shown(".year, .few").map(year => shown(".tick:not(.year, .few)")
          .some(month => month.getAttribute("x") === year.getAttribute("x"))); }"""
    )
    assert below
    assert all(below)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_has_contrast(show: Show, scheme: str) -> None:
    """In light and dark each visible text has at least 4.5:1, and dark is dark."""
    maintained = app(13, findings=[{"kind": "maintenance", "detail": "on"}], errors=ERRORS)
    page = await show([*apps(12), maintained])
    await page.media(scheme)
    await page.click(NAMES)
    found = await page.run(CONTRAST)
    assert len(found) > 200
    assert [one for one in found if one[1] < 4.5] == []
    red, *_ = await page.run("() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (red < 40) == (scheme == "dark")


@pytest.mark.parametrize("texts", some(["hostile", "plain", "accounts"], 3))
async def test_nothing_scrolls_sideways(show: Show, texts: str) -> None:
    """The page is as wide as the window, from a small phone on, with every app open, and can be sorted there."""
    records = [hostile(text, number) for number, text in enumerate(HOSTILE)] if texts == "hostile" else [*apps(12)]
    page = await show([record | {"account": "work"} for record in records] if texts == "accounts" else records)
    await page.run("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    outside = """() => [...document.querySelectorAll("main *")].filter(one => !one.closest("svg, .spoken") &&
        one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 80))"""
    for number, width in enumerate((320, 420, 700, 1000, 1225, 1400)):
        await page.size(width)
        assert (width, await page.run(OVERFLOW)) == (width, 0)
        assert await page.run(outside) == []
        await page.click(await head(page, "App"))
        assert (await page.run(ORDER))[0] == ("ascending", "descending")[number % 2]


async def test_a_phone_names_the_values(show: Show) -> None:
    """Where rows are cards each value says what it is."""
    page = await show([app(5)])
    await page.size(420)
    names = """() => [...document.querySelectorAll("#apps tbody td")]
        .map(one => getComputedStyle(one, "::before").content)"""
    said = [name.strip('"') for name in await page.run(names)]
    expected = {"Stack ", "Dynos ", "Released ", "Certificate ", "Domains ", "Add-ons ", "People ", "Vars ", "Drains "}
    assert set(said) - {"none"} == expected


async def test_hostile_texts_are_text(show: Show) -> None:
    """No name runs, hides, turns or breaks anything: there are as many rows as apps, and nothing else."""
    page = await show([hostile(text, number) for number, text in enumerate(HOSTILE)])
    assert await page.run("() => window.pwned ?? null") is None
    assert await page.run("() => document.querySelectorAll('script, img, iframe, object, link').length") == 2
    names = await page.texts(NAMES)
    assert len(names) == len(HOSTILE)
    assert HOSTILE[0] in names
    assert HOSTILE[1] in names
    assert "{{ 7 * 7 }}{% raw %}" in names
    assert "&lt;b&gt;&amp;" in names
    shown: str = await page.run("() => document.body.innerText")
    assert not set("\u202e\u202c\u200f\u2067\x1b\x07\0") & set(shown)
    assert max(map(len, names)) < 200
    await page.click("#filter")
    await page.type("drop table")
    assert len(await page.texts(NAMES)) == 1


async def test_it_is_read_without_scripts(show: Show) -> None:
    """Where scripts are off, as in mail: all rows, worst first, apps open, and no control without effect."""
    page = await show([app(1)])
    await page.send("Emulation.setScriptExecutionDisabled", value=True)
    page.requests.clear()
    page = await show(apps(30))
    assert len(await page.texts(NAMES)) == 30
    assert await page.texts("button, input, select") == []
    counts = [text.count("-") for text in await cells(page, "Findings")]
    assert counts[0] > 0
    assert await cells(page, "Findings") == sorted(await cells(page, "Findings"), key=lambda text: text == "none")
    await page.click(NAMES)
    assert "DATABASE_URL" in await page.text("#apps .more")


@pytest.mark.parametrize("scheme", some(["dark", "light"], 2))
async def test_it_can_be_printed(show: Show, scheme: str) -> None:
    """On paper: black on white whatever the screen prefers, no controls, and only the rows that were chosen."""
    page = await show(apps(12))
    await page.click("#filter")
    await page.type("cedar-14")
    await page.media(scheme, "print")
    assert await page.texts("button:not(thead button), input, select") == []
    assert len(await page.texts(NAMES)) == 4
    assert await page.run("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert [one for one in await page.run(CONTRAST) if one[1] < 4.5] == []
    await page.size(720)
    assert await page.texts("thead button") == [], "a row of cards needs no headings"
    printed = await page.send("Page.printToPDF")
    assert len(printed["data"]) > 10_000


async def test_a_part_that_was_not_read_shows(show: Show) -> None:
    """The top says so, the app says why, and a value that is not known is not shown as 0."""
    broken = app(2, errors=ERRORS)
    del broken["parts"]["dynos"], broken["parts"]["formation"], broken["parts"]["domains"]
    page = await show([app(1), broken])
    assert "1 part could not be read" in await page.text(".notice")
    assert "dynos of 1 app: Forbidden" in await page.text(".unread")
    assert "Request 1-2-3" in await page.text(".unread")
    assert sorted(await cells(page, "Dynos")) == ["1", "?"]
    assert sorted(await cells(page, "Domains")) == ["2", "?"]


async def test_changes_are_shown(show: Show) -> None:
    """What is new, gone and changed since the earlier audit, and which findings; long lists are closed."""
    new = [{"kind": "new", "id": "1", "name": f"new-{number}"} for number in range(150)]
    changed = {"kind": "changed", "id": "2", "name": HOSTILE[0], "changed": ["stack", "domains"], "account": "work"}
    page = await show([app(1)], [*new, changed | {"found": ["crashed-dynos"], "solved": ["maintenance"]}])
    assert await page.texts(".changes summary") == ["150 new", "1 changed"]
    (shown,) = await page.texts(".changes li")
    assert shown.startswith(f"{HOSTILE[0]} of work stack, domains")
    assert "new: crashed-dynos" in shown
    assert "solved: maintenance" in shown
    await page.click(".changes summary")
    assert len(await page.texts(".changes li")) == 102
    assert "and 50 more" in await page.texts(".changes li")
    assert [one for one in await page.run(CONTRAST) if one[1] < 4.5] == []


async def test_no_change_is_shown(show: Show) -> None:
    """An earlier audit without a difference is not the same as none."""
    page = await show([app(1)], [])
    assert "Nothing has changed." in await page.text("main")


async def test_an_empty_chart_says_why(show: Show) -> None:
    """What was not read and what there is none of are different things."""
    record = app(2)
    page = await show([record])
    assert await page.text("figure.wide .empty") == "There are no certificates."
    del record["parts"]["sni-endpoints"]
    page.requests.clear()
    page = await show([record])
    assert "not read: --include sni-endpoints" in await page.text("figure.wide .empty")


async def test_no_apps_is_a_report(show: Show) -> None:
    """It says that there are none, and has no empty table or chart."""
    page = await show([])
    assert await page.text("h1") == "No apps"
    assert await page.texts("table, form, figure svg") == []
    assert "No app was read" in await page.text("main")
    assert await page.texts("figure .empty") == ["No app was read."] * 4


async def test_one_app_is_written_in_the_singular(show: Show) -> None:
    """The headline, the counts and the status agree in number."""
    page = await show([app(0)])
    assert await page.text("h1") == "1 of 1 app has findings"
    assert (await page.text(".count")).split() == ["1", "app"]


async def test_an_unfinished_report_says_so(page: Page, tmp_path: Path) -> None:
    """Before all else, and why."""

    async def ending() -> AsyncIterator[dict[str, Any]]:
        for record in apps(3):
            yield record
        raise ZeroDivisionError("a secret")

    file = tmp_path / "report.html"
    with pytest.raises(ZeroDivisionError):  # noqa: TID251 - of the test's own making
        await write_html(ending(), file, at=AT)
    await page.open(file.as_uri())
    assert (await page.texts("main > *"))[0] == "This report is not complete. It failed: ZeroDivisionError."
    assert len(await page.texts(NAMES)) == 3


@pytest.mark.slow
async def test_two_thousand_apps_are_handled(show: Show) -> None:
    """All are shown, sorted and filtered; a row costs less than 4 KB."""
    page = await show(apps(2000))
    assert await page.run("() => document.querySelectorAll('#apps tbody').length") == 2000
    assert await page.run("() => document.documentElement.outerHTML.length") < 2000 * 4000
    await page.click(await head(page, "App"))
    assert (await page.run("() => document.querySelector('#apps summary').innerText")) == "app-0000"
    await page.click("#filter")
    await page.type("app-1999")
    assert await page.texts(NAMES) == ["app-1999"]
