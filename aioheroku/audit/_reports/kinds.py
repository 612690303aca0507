"""How to mend what an audit finds, and how urgent that is."""

from typing import Final

from attrs import frozen


@frozen
class Kind:
    """A kind of findings: `bad` is down or soon down, `warn` is a risk, `info` may well be meant."""

    tone: str
    remedy: str


_KINDS: Final = {
    "crashed-dynos": Kind(
        "bad", "See why in the app's log, then restart it: heroku logs --app APP, heroku ps:restart --app APP."
    ),
    "failed-release": Kind(
        "bad", "Read the output of the release phase, mend it and deploy again: heroku releases:output --app APP."
    ),
    "certificate-ending": Kind(
        "bad", "Renew it: heroku certs:update, or let Heroku do it from now on: heroku certs:auto:enable --app APP."
    ),
    "error": Kind("bad", "See what was not read, grant the account what it lacks, and audit these apps again."),
    "no-log-drain": Kind("warn", "Add a drain or a logging add-on: heroku drains:add URL --app APP."),
    "plain-http-drain": Kind("warn", "Replace it by one with https or syslog+tls: heroku drains:add URL --app APP."),
    "no-release-for-a-year": Kind(
        "warn", "Deploy it with today's dependencies, or delete it if nobody uses it: heroku apps:destroy --app APP."
    ),
    "deprecated-stack": Kind(
        "warn", "Choose a supported stack and deploy again: heroku stack:set STACK --app APP. Try it on staging first."
    ),
    "outside-collaborators": Kind(
        "warn", "Ask whether they still need access; if not: heroku access:remove EMAIL --app APP."
    ),
    "maintenance": Kind("info", "If the work is done, turn it off: heroku maintenance:off --app APP."),
}
_OTHER: Final = Kind("warn", "")


def kind_of(name: str) -> Kind:
    """Urgency and remedy of a kind; of one that a user added, no remedy is known."""
    return _KINDS.get(name, _OTHER)
