"""The audit of an account: what is read of every app, and what in it deserves a look.

    audit = Audit(heroku, domains=["example.com"])
    print(audit.price(await audit.count()))
    async for record in audit.records():
        print(record.name, [finding.kind for finding in record.findings])

Secrets are left behind where they are read: of config vars the names stay, of a log drain scheme and host, of a dyno
anything but its command.
"""

from aioheroku.audit._findings import FINDINGS, Finding, needs
from aioheroku.audit._parts import PARTS
from aioheroku.audit._runner import Audit, Record, Trouble, calls_for

__all__ = ["FINDINGS", "PARTS", "Audit", "Finding", "Record", "Trouble", "calls_for", "needs"]
