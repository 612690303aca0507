"""The remedy and the urgency of each finding of an audit."""

from typing import Final

from attrs import frozen


@frozen
class Kind:
    """A kind of findings: `bad` is down or soon will be, `warn` is a risk, `info` may be intended."""

    tone: str
    remedy: str
    """What to do; commands are between backticks."""


_KINDS: Final = {
    "crashed-dynos": Kind(
        "bad",
        "See why in its log (`heroku logs --app APP`), fix it, and restart it: `heroku ps:restart --app APP`.",
    ),
    "failed-release": Kind(
        "bad", "Read the output of the release phase (`heroku releases:output --app APP`), fix it, and deploy again."
    ),
    "certificate-ending": Kind(
        "bad", "Renew it with `heroku certs:update`, or let Heroku renew it: `heroku certs:auto:enable --app APP`."
    ),
    "error": Kind("bad", "Read the errors, give the account what it lacks, and audit these apps again."),
    "no-log-drain": Kind("warn", "Add a drain (`heroku drains:add URL --app APP`) or a logging add-on."),
    "plain-http-drain": Kind("warn", "Replace it with one of https or syslog+tls: `heroku drains:add URL --app APP`."),
    "no-release-for-a-year": Kind(
        "warn", "Deploy it with today's dependencies, or delete it if nobody uses it: `heroku apps:destroy --app APP`."
    ),
    "deprecated-stack": Kind(
        "warn", "Try a supported stack on staging, then set it (`heroku stack:set STACK --app APP`) and deploy again."
    ),
    "stack-end-of-life": Kind(
        "bad", "Set a supported stack before a build or restart fails: `heroku stack:set STACK --app APP`, and deploy."
    ),
    "dyno-size-gone": Kind("warn", "Choose a size that is offered: `heroku ps:type TYPE=SIZE --app APP`."),
    "no-pipeline": Kind(
        "info", "If it is a stage of something, add it: `heroku pipelines:add PIPELINE --stage STAGE --app APP`."
    ),
    "no-team": Kind("info", "If it is the team's, hand it over: `heroku apps:transfer TEAM --app APP`."),
    "outside-collaborators": Kind(
        "warn", "Ask whether they still need access; if not, `heroku access:remove EMAIL --app APP`."
    ),
    "maintenance": Kind("info", "When the work is done, turn it off: `heroku maintenance:off --app APP`."),
}
_OTHER: Final = Kind("warn", "")


def kind_of(name: str) -> Kind:
    """Urgency and remedy of a kind; of one that a user added, no remedy is known."""
    return _KINDS.get(name, _OTHER)
