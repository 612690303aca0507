"""The audit of an account: reads parts of every app, and reports findings.

    audit = Audit(heroku, domains=["example.com"])
    print(audit.price(await audit.count()))
    async for record in audit.records():
        print(record.name, [finding.kind for finding in record.findings])

Secrets are dropped as soon as they are read: only the names of config vars are kept, only scheme and host of a log
drain, and everything about a dyno but its command.
"""

from aioheroku.audit._findings import FINDINGS, Finding, needs
from aioheroku.audit._parts import PARTS
from aioheroku.audit._runner import Audit, PartError, Record, calls_for

__all__ = ["FINDINGS", "PARTS", "Audit", "Finding", "PartError", "Record", "calls_for", "needs"]
