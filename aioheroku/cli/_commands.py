"""The commands: their names and summaries. A command's module is imported when it is called, not to list it."""

from importlib import import_module
from typing import Any, Final

import click

from aioheroku.cli._streams import ending_with_the_reader

_COMMANDS: Final = {
    "audit": ("_audit_options", "Read every app of the account and report findings."),
    "config": ("_config", "Set or remove config vars of many apps; a value is never shown."),
    "deploy": ("_deploy", "Deploy a folder, a .tar.gz or an https address, and show the build and the release."),
    "limits": ("_limits", "Show the account's token pool; this takes no token."),
    "logs": ("_logs", "Show the logs of one or many apps."),
    "maintenance": ("_maintenance", "Turn the maintenance page of many apps on or off."),
    "restart": ("_restart", "Restart the dynos of many apps."),
    "run": ("_run", "Run a command on a one-off dyno, of one app or of each of many."),
    "scale": ("_scale", "Set number and size of the dynos of many apps."),
    "simulate": ("_platform", "Serve a simulated platform (--help shows its options)."),
    "wait": ("_wait", "Wait until a build, a release, dynos or the like are ready."),
}
"""The module of each command, where it stands under its name, and the first line of its help."""


class _Group(click.Group):
    """A group that lists its commands by their summaries, and imports the one that is called."""

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        with ending_with_the_reader():  # of its help
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        with ending_with_the_reader():
            return super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, None if name is None or listed is None else load(name), rest


def load(name: str) -> click.Command:
    """The command of this name, imported."""
    command: click.Command = getattr(import_module(f"aioheroku.cli.{_COMMANDS[name][0]}"), name)
    return command


@click.group(
    cls=_Group,
    commands={name: click.Command(name, help=summary) for name, (_, summary) in _COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="aioheroku")
def cli() -> None:
    """Work on many apps of a Heroku account, within its rate limit.

    The token is read from HEROKU_API_KEY, else from the netrc file that `heroku login` writes.
    """
