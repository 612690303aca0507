"""The commands that change many apps, against the simulated platform."""

import asyncio
import io
import json
import signal
from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from aioheroku import Heroku, Pool
from aioheroku.cli import _restart
from aioheroku.cli._report_outcomes import Outcomes, Row
from aioheroku.cli._status import DONE, FAILED, INTERRUPTED, WRONG
from aioheroku.cli._task import Target, TaskLine
from aioheroku.testing import Platform, faults
from tests._support.fakes import Clock
from tests._support.thorough import some

Run = Callable[..., Result]
COMMANDS = [
    ["config", "set", "KEY=s3cr3t-value"],
    ["config", "unset", "RACK_ENV"],
    ["restart"],
    ["restart", "--type", "web"],
    ["scale", "web=2"],
    ["maintenance", "on"],
    ["maintenance", "off"],
]
"""Each command that changes apps."""
every = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)


def writes(platform: Platform) -> list[tuple[str, str]]:
    """Method and path of what was sent and is not a read."""
    return [(one.method, one.path) for one in platform.requests if one.method != "GET"]


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def names(platform: Platform, number: int = 100) -> list[str]:
    """Apps with a process type `web`."""
    apps = platform.state.apps.values()
    return [app.row["name"] for app in apps if any(row["type"] == "web" for row in app.parts.formation)][:number]


def chosen(platform: Platform, number: int) -> list[str]:
    return [word for name in names(platform, number) for word in ("--app", name)]


@every
def test_each_command_changes_what_is_chosen(run: Run, platform: Platform, command: list[str]) -> None:
    """One write for each chosen app, a line of JSON for each, and status 0."""
    result = run(*command, *chosen(platform, 3), "--yes")
    assert result.exit_code == DONE, result.output
    assert len(writes(platform)) == 3
    lines = rows(result)
    assert {line["app"] for line in lines} == set(names(platform, 3))
    assert {line["status"] for line in lines} == {"done"}
    assert "3 done, 0 failed, 0 unknown, 0 left" in result.stderr


@every
def test_the_plan_comes_first(run: Run, platform: Platform, command: list[str]) -> None:
    """What will be done, to which apps, and at what price."""
    told = run(*command, *chosen(platform, 3), "--yes").stderr.splitlines()
    assert "3 apps" in told[0]
    assert [name for name in names(platform, 3) if name not in told[0]] == []
    assert told[1].startswith("Plan: 3 items, 3 calls, 3 tokens")


@every
def test_without_yes_nothing_is_changed(run: Run, platform: Platform, command: list[str]) -> None:
    """Where nobody can confirm: status 2, the remedy, and no write."""
    result = run(*command, *chosen(platform, 3))
    assert result.exit_code == WRONG
    assert "--yes" in result.stderr
    assert (result.stdout, writes(platform)) == ("", [])


@every
def test_a_dry_run_sends_no_write(run: Run, platform: Platform, tmp_path: Path, command: list[str]) -> None:
    """It says what would be sent, leaves no journal behind, and needs no confirmation."""
    result = run(*command, *chosen(platform, 3), "--dry-run", "--journal", tmp_path / "journal")
    assert result.exit_code == DONE, result.output
    assert writes(platform) == []
    requests = [request for line in rows(result) for request in line["requests"]]
    assert len(requests) == 3
    assert {line["status"] for line in rows(result)} == {"planned"}
    assert requests[0]["method"] in ("PATCH", "DELETE")
    assert "s3cr3t" not in json.dumps(requests)
    if command[:2] == ["config", "set"]:
        assert requests[0]["body"] == {"KEY": "***"}
    assert not (tmp_path / "journal").exists()


@every
def test_no_apps_chosen_is_not_all(run: Run, platform: Platform, command: list[str]) -> None:
    """Without a choice nothing is sent; `--all` means every app, and excludes any other choice."""
    result = run(*command, "--yes")
    assert result.exit_code == WRONG
    assert "--all" in result.stderr
    assert run(*command, "--yes", "--all", "--match", "*").exit_code == WRONG
    assert platform.requests_total == 0


def test_all_is_every_app(run: Run, platform: Platform) -> None:
    """`--all` works on each app of the account."""
    assert run("maintenance", "on", "--all", "--yes").exit_code == DONE
    assert all(app.row["maintenance"] for app in platform.state.apps.values())
    assert run("maintenance", "off", "--all", "--yes").exit_code == DONE
    assert not any(app.row["maintenance"] for app in platform.state.apps.values())


def test_config_vars_are_set_and_removed(run: Run, platform: Platform, tmp_path: Path) -> None:
    """The values are those that were given, also by a file; those that are not named stay."""
    (tmp_path / "value").write_text("s3cr3t\nof two lines\n")
    options = [*chosen(platform, 2), "--yes"]
    assert run("config", "set", "A=1", f"B=@{tmp_path / 'value'}", *options).exit_code == DONE
    config = next(app.parts.config for app in platform.state.apps.values() if app.row["name"] == names(platform)[0])
    assert (config["A"], config["B"]) == ("1", "s3cr3t\nof two lines")
    assert len(config) > 2
    assert run("config", "unset", "A", "B", *options).exit_code == DONE
    assert not {"A", "B"} & set(config)


def test_scale_sets_number_and_size(run: Run, platform: Platform) -> None:
    """Both, or one of them, for several process types by one call; the response is shown."""
    name = names(platform)[0]
    result = run("scale", "web=3:standard-2x", "--app", name, "--yes")
    assert rows(result)[0]["result"] == "web=3:Standard-2X"
    assert rows(run("scale", "web=2", "--app", name, "--yes"))[0]["result"] == "web=2:Standard-2X"
    assert rows(run("scale", "web=standard-1x", "--app", name, "--yes"))[0]["result"] == "web=2:Standard-1X"
    assert len(writes(platform)) == 3


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ([], "/apps/{}/dynos"),
        (["--type", "web"], "/apps/{}/formations/web"),
        (["--dyno", "web.1"], "/apps/{}/dynos/web.1"),
    ],
)
def test_restart_chooses_dynos(run: Run, platform: Platform, arguments: list[str], path: str) -> None:
    """All dynos, those of a type, or one."""
    app = next(app for app in platform.state.apps.values() if len(app.parts.dynos))
    run("restart", *arguments, "--app", app.row["name"], "--yes")
    assert writes(platform) == [("DELETE", path.format(app.row["id"]))]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["config", "set"], ["KEY=VALUE"]),
        (["config", "set", "s3cr3t"], ["Argument 1 is not KEY=VALUE"]),
        (["config", "unset", "KEY=s3cr3t"], ["names only"]),
        (["config", "show"], ["No such command"]),
        (["restart", "--type", "web", "--dyno", "web.1"], ["--type or --dyno"]),
        (["restart", "--type", ""], ["--type is empty"]),
        (["scale", "web+1"], ["the number itself"]),
        (["scale", "web=-1"], ["the number itself"]),
        (["scale", "web"], ["TYPE=NUMBER"]),
        (["scale", "web=1", "web=2"], ["web is given twice"]),
        (["maintenance", "onn"], ["Did you mean 'on'?"]),
        (["restart", "--format", "json"], ["Did you mean 'jsonl'?"]),
        (["restart", "--budget", "0"], ["--budget"]),
        (["restart", "--concurrency", "0"], ["--concurrency"]),
        (["restart", "--resume"], ["--resume needs --journal"]),
        (["restart", "--resume", "--journal", "/nowhere"], ["nothing to resume", "Leave out --resume"]),
        (["restart", "--journal", "/nowhere/at/all"], ["its folder does not exist"]),
        (["restart", "--journal", "/"], ["is a directory"]),
        (["restart", "--simulate", "3"], ["--base-url"]),
        (["restart", "--ca-file", __file__], ["--ca-file", "PEM"]),
    ],
)
def test_bad_options_send_nothing(run: Run, platform: Platform, command: list[str], words: list[str]) -> None:
    """A bad option is status 2 and names the remedy; no request is sent, and no value is shown."""
    result = run(*command, "--yes", "--all")
    assert result.exit_code == WRONG, result.output
    assert [word for word in words if word not in result.stderr] == []
    assert platform.requests_total == 0


def test_apps_from_a_file(run: Run, platform: Platform, tmp_path: Path) -> None:
    """One app per line; empty lines and comments are skipped, an app that is named twice is worked on once."""
    first, second, third = names(platform, 3)
    (tmp_path / "apps").write_text(f"# mine\n{first}\n\n  {second}  # why\n{first}\n")
    result = run("restart", "--apps-from", tmp_path / "apps", "--app", third, "--yes")
    assert result.exit_code == DONE
    assert Counter(line["app"] for line in rows(result)) == {first: 1, second: 1, third: 1}


@pytest.mark.parametrize("first", ["\ufeff", "\ufeff# mine\r\n", "\r\n"])
def test_apps_from_files_of_other_editors(run: Run, platform: Platform, tmp_path: Path, first: str) -> None:
    """A byte order mark, CR and LF, no line feed at the end; an app by its name and its id is worked on once."""
    one, two = list(platform.state.apps.values())[:2]
    ids = (str(one.row["id"]).upper(), one.row["name"], str(one.row["id"]), two.row["name"])
    (tmp_path / "apps").write_bytes((first + "\r\n".join(ids)).encode())
    result = run("restart", "--apps-from", tmp_path / "apps", "--yes")
    assert result.exit_code == DONE
    assert Counter(line["app"] for line in rows(result)) == {one.row["name"]: 1, two.row["name"]: 1}


def test_unknown_apps_are_named_before(run: Run, platform: Platform, tmp_path: Path) -> None:
    """A name that is not an app is refused with status 2 before any write; each of them is named."""
    (tmp_path / "apps").write_text(f"{names(platform)[0]}\nmistyped\nforgotten\n")
    result = run("restart", "--apps-from", tmp_path / "apps", "--yes")
    assert result.exit_code == WRONG
    assert "forgotten, mistyped" in result.stderr
    assert writes(platform) == []


def test_a_choice_without_apps_is_refused(run: Run, platform: Platform) -> None:
    """A pattern that no app matches is not success: status 2."""
    result = run("restart", "--match", "nothing-*", "--yes")
    assert result.exit_code == WRONG
    assert "no app matches" in result.stderr
    assert writes(platform) == []


@every
def test_a_failed_app_is_named(run: Run, platform: Platform, command: list[str]) -> None:
    """The others are done; the one that failed has its error in the report, and the status is 1."""
    broken = next(app for app in platform.state.apps.values() if app.row["name"] == names(platform)[1])
    refusal = {"id": "invalid_params", "message": "It cannot be."}
    platform.fault(faults.Answer(422, refusal), times=None, path=f"/apps/{broken.row['id']}*")
    result = run(*command, *chosen(platform, 3), "--yes")
    assert result.exit_code == FAILED
    failed = [line for line in rows(result) if line["status"] == "failed"]
    assert [line["app"] for line in failed] == [broken.row["name"]]
    assert failed[0]["error"]["type"] == "InvalidParams"
    assert failed[0]["error"]["request_id"]
    assert "2 done, 1 failed" in result.stderr


def test_no_value_is_anywhere(run: Run, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in output, plan, dry run, journal or error, even where the platform quotes it."""
    monkeypatch.setenv("COLUMNS", "400")
    journal, value = tmp_path / "journal", "quoted-by-the-platform"
    quoting = faults.Answer(422, {"id": "invalid_params", "message": f"KEY cannot be {value}.", "value": value})
    for format in ("table", "jsonl"):
        command = ["config", "set", f"KEY={value}", *chosen(platform, 3), "--format", format]
        outputs = [run(*command).output, run(*command, "--dry-run").output]
        platform.fault(quoting, times=1, method="PATCH")
        first = run(*command, "--yes", "--journal", journal)
        assert first.exit_code == FAILED
        outputs += [first.output, run(*command, "--yes", "--journal", journal, "--resume").output]
        assert value not in "".join(outputs) + journal.read_text()
        assert "KEY" in outputs[0]
        journal.unlink()


@pytest.mark.parametrize("status", [500, 503])
def test_restarts_in_doubt_are_unknown(run: Run, platform: Platform, tmp_path: Path, status: int) -> None:
    """A restart that may have been executed is not repeated, neither at once nor by --resume: its app is named."""
    platform.fault(faults.Answer(status, executed=True), times=1, method="DELETE")
    command = ["restart", *chosen(platform, 3), "--yes", "--journal", tmp_path / "journal"]
    first = run(*command)
    assert first.exit_code == FAILED
    (unknown,) = [line["app"] for line in rows(first) if line["status"] == "unknown"]
    assert "1 unknown" in first.stderr
    assert "Check these apps" in first.stderr
    second = run(*command, "--resume")
    assert second.exit_code == FAILED
    assert [line["app"] for line in rows(second) if line["status"] == "unknown"] == [unknown]
    assert set(Counter(writes(platform)).values()) == {1}


@pytest.mark.parametrize("command", [COMMANDS[0], COMMANDS[1], COMMANDS[4], COMMANDS[5]], ids=" ".join)
def test_what_may_be_repeated_is(run: Run, platform: Platform, command: list[str]) -> None:
    """Config vars, scale and maintenance are set again where the response was lost: nothing is unknown."""
    platform.fault(faults.Reset(executed=True), times=1, method="PATCH")
    result = run(*command, *chosen(platform, 3), "--yes")
    assert result.exit_code == DONE, result.output
    assert len(writes(platform)) == 4


@pytest.mark.parametrize("command", some(COMMANDS, 2), ids=" ".join)
def test_a_resumed_command_does_the_rest(run: Run, platform: Platform, tmp_path: Path, command: list[str]) -> None:
    """What is done is not done again; what is left or failed is, and it says how many were done."""
    journal = tmp_path / "journal"
    options = [*command, *chosen(platform, 6), "--yes", "--journal", journal]
    first = run(*options, "--budget", 6, "--concurrency", 1)  # the list and the account take one each
    assert first.exit_code == FAILED
    assert "4 done, 0 failed, 0 unknown, 2 left" in first.stderr
    assert "is not enough" in first.stderr
    assert "--resume" in first.stderr.splitlines()[-1]
    second = run(*options, "--resume")
    assert second.exit_code == DONE, second.output
    assert "4 apps done by an earlier run." in second.stderr
    assert "Plan: 2 items" in second.stderr
    assert [line["resumed"] for line in rows(second)].count(True) == 4
    assert set(Counter(writes(platform)).values()) == {1}
    third = run(*options, "--resume")
    assert third.exit_code == DONE
    assert len(writes(platform)) == 6


def test_a_budget_of_nothing_leaves_all(run: Run, platform: Platform) -> None:
    """Choosing the apps takes tokens, too: where that spends the budget, no app is started."""
    before = platform.remaining
    result = run("restart", *chosen(platform, 3), "--yes", "--budget", 1)
    assert result.exit_code == FAILED
    assert [line["status"] for line in rows(result)] == ["left"] * 3
    assert before - platform.remaining <= 1


@pytest.mark.parametrize(
    ("command", "changed"), some(product([one for one in COMMANDS if one[0] != "restart"], [True, False]), 3), ids=str
)
def test_a_killed_change_is_looked_up(
    run: Run, platform: Platform, tmp_path: Path, *, command: list[str], changed: bool
) -> None:
    """Killed before the response: an app that is as requested is not changed again, another one is."""
    options = [*command, *chosen(platform, 3), "--yes", "--journal", tmp_path / "journal"]
    assert run(*options).exit_code == DONE
    *kept, last = (tmp_path / "journal").read_text().splitlines(keepends=True)
    (tmp_path / "journal").write_text("".join(kept))
    (cut,) = (app for app in platform.state.apps.values() if app.row["id"] == json.loads(last)["key"])
    if not changed:
        cut.parts.config |= {"KEY": "another", "RACK_ENV": "there"}
        cut.row["maintenance"] = not cut.row["maintenance"]
        next(row for row in cut.parts.formation if row["type"] == "web")["quantity"] = 7
    sent = len(writes(platform))
    result = run(*options, "--resume")
    assert result.exit_code == DONE, result.output
    assert len(writes(platform)) - sent == (not changed)
    assert [row["status"] for row in rows(result)] == ["done"] * 3
    assert sum(row["resumed"] for row in rows(result)) == 2 + changed
    assert ["result" in row for row in rows(result)] == [command[0] == "scale"] * 3


@every
def test_a_journal_is_not_started_again(run: Run, platform: Platform, tmp_path: Path, command: list[str]) -> None:
    """An existing file is refused without --resume: status 2, no request, the file as it was."""
    for content in ('{"journal": "aioheroku", "version": 1}\n', "somebody's notes"):
        (tmp_path / "journal").write_text(content)
        result = run(*command, "--all", "--yes", "--journal", tmp_path / "journal")
        assert result.exit_code == WRONG
        assert "--resume" in result.stderr
        assert (tmp_path / "journal").read_text() == content
    assert platform.requests_total == 0


@pytest.mark.parametrize("other", [COMMANDS[1], ["config", "set", "KEY=s3cr3t-other"], ["restart", "--type", "worker"]])
def test_a_foreign_journal_is_refused(run: Run, platform: Platform, tmp_path: Path, other: list[str]) -> None:
    """The journal of another command, or of other values, stays as it is: status 2, and no write."""
    journal = tmp_path / "journal"
    assert run(*COMMANDS[0], *chosen(platform, 1), "--yes", "--journal", journal).exit_code == DONE
    before = journal.read_bytes()
    platform.clear_requests()
    result = run(*other, *chosen(platform, 2), "--yes", "--journal", journal, "--resume")
    assert result.exit_code == WRONG
    assert "another campaign" in result.stderr
    assert journal.read_bytes() == before
    assert writes(platform) == []


def test_a_file_that_is_not_a_journal_is_refused(run: Run, platform: Platform, tmp_path: Path) -> None:
    """--resume with any other file: status 2, the file as it was, no write."""
    (tmp_path / "journal").write_text("somebody's notes\n")
    result = run("restart", "--all", "--yes", "--journal", tmp_path / "journal", "--resume")
    assert result.exit_code == WRONG
    assert "not a journal" in result.stderr
    assert (tmp_path / "journal").read_text() == "somebody's notes\n"
    assert writes(platform) == []


def test_a_journal_that_cannot_be_opened(run: Run, platform: Platform, tmp_path: Path) -> None:
    """Its file cannot be made: status 2, and no write."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    result = run("restart", "--all", "--yes", "--journal", tmp_path / "loop")
    assert result.exit_code == WRONG
    assert "the journal cannot be opened" in result.stderr
    assert writes(platform) == []


def test_a_refused_token_is_one_line(run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 1 and the remedy, as with an audit."""
    monkeypatch.setenv("HEROKU_API_KEY", "wrong")
    result = run("restart", "--all", "--yes")
    assert result.exit_code == FAILED
    assert "401 unauthorized" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_token_revoked_meanwhile(run: Run, platform: Platform) -> None:
    """The error ends it once; what was done and what is left is reported before it."""
    revoked = faults.Answer(401, {"id": "unauthorized", "message": "Invalid."})
    platform.fault(revoked, times=None, method="DELETE", after=3)
    result = run("restart", "--all", "--yes", "--concurrency", 1)
    assert result.exit_code == FAILED
    assert Counter(line["status"] for line in rows(result)) == {"done": 3, "left": 22}
    assert "401 unauthorized" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(
    run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """No further app is started, those in progress are finished, the rest is reported as left: status 130."""
    add = Outcomes.add

    def add_and_stop(outcomes: Outcomes, row: Row) -> None:
        add(outcomes, row)
        if outcomes.counts.total() == 5:
            signal.raise_signal(number)

    monkeypatch.setattr(Outcomes, "add", add_and_stop)
    result = run("restart", "--all", "--yes", "--concurrency", 2)
    assert result.exit_code == INTERRUPTED
    statuses = Counter(line["status"] for line in rows(result))
    assert statuses.total() == 25
    assert 5 <= statuses["done"] <= 8
    assert statuses["unknown"] == 0
    assert len(writes(platform)) == statuses["done"]
    assert "Stopping" in result.stderr


def test_what_ends_with_the_cut_is_done(run: Run, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart whose response came at the moment of the cut-off is done: neither left nor unknown."""
    restarted = list[str]()

    async def restart_and_cut(heroku: Heroku, app: Target) -> None:
        await heroku.dynos.restart_all(app)
        restarted.append(app.name)
        if len(restarted) == 3:
            (work,) = [task for task in asyncio.all_tasks() if "_Run.work" in repr(task.get_coro())]
            asyncio.get_running_loop().call_soon(work.cancel)

    monkeypatch.setattr(_restart, "restart_all", restart_and_cut)
    result = run("restart", "--all", "--yes", "--concurrency", 1)
    assert result.exit_code == INTERRUPTED
    assert {line["app"] for line in rows(result) if line["status"] == "done"} == set(restarted)
    assert Counter(line["status"] for line in rows(result)) == {"done": 3, "left": 22}


def test_the_table_puts_trouble_last(run: Run, platform: Platform) -> None:
    """What needs attention is at the end; the message of the platform is in the table, without request and advice."""
    broken = next(app for app in platform.state.apps.values() if app.row["name"] == names(platform)[1])
    refusal = {"id": "forbidden", "message": "You may not."}
    platform.fault(faults.Answer(403, refusal), times=None, path=f"/apps/{broken.row['id']}*")
    result = run("restart", *chosen(platform, 4), "--yes", "--format", "table")
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert lines[0].split() == ["App", "Outcome"]
    assert lines[-1].split()[:2] == [broken.row["name"], "failed"]
    assert lines[-1].endswith("403 forbidden You may not.")


def test_a_long_table_lists_trouble_only(run: Run, heroku_platform_factory: Any, monkeypatch: Any) -> None:
    """Sixty apps that are done are not listed; the one that failed is."""
    platform = heroku_platform_factory(apps=60, capacity=50_000)
    monkeypatch.setenv("HEROKU_API_KEY", platform.token)
    broken = next(iter(platform.state.apps.values()))
    platform.fault(faults.Answer(403, {"id": "forbidden"}), times=None, path=f"/apps/{broken.row['id']}*")
    options = ["--all", "--yes", "--format", "table", "--base-url", platform.url]
    result = run("restart", *options, here=False)
    lines = result.stdout.splitlines()
    assert lines[0] == "59 apps done, not listed."
    assert [line.split()[0] for line in lines[1:] if "failed" in line] == [broken.row["name"]]
    assert len(lines) == 4


async def test_the_time_to_go_is_honest() -> None:
    """Before the first app is done it is a lower bound and says so; then it is the pace of those that were made.

    What an earlier run has done does not count for it, and a wait for tokens counts.
    """
    clock, pool = Clock(), Pool(1000, 3600)
    completed = 40
    line = TaskLine(pool, 100, 40, 10, lambda: completed, live=False, stream=io.StringIO(), clock=clock)
    async with line:
        clock.turn(2)
        assert line.line() == "40 of 100 apps, 1,000 tokens left, at least 12 s to go"
        clock.turn(2)
        completed = 50
        assert line.line() == "50 of 100 apps, 1,000 tokens left, 20 s to go"
        clock.turn(2)
        assert line.line() == "50 of 100 apps, 1,000 tokens left, 20 s to go"
        clock.turn(94)
        assert line.line() == "50 of 100 apps, 1,000 tokens left, 4 min to go"
    slow = TaskLine(Pool(10, 3600), 100, 0, 10, lambda: 0, live=False, stream=io.StringIO(), clock=Clock())
    async with slow:
        assert slow.line() == "0 of 100 apps, 10 tokens left, 1 min to go"
