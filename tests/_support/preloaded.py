"""What a process of the command imports, imported once for all of them: see `forks`."""

import gc
from importlib import import_module

from aioheroku.cli import _commands

for _name in _commands.cli.commands:
    _commands.load(_name)
for _name in ("aioheroku.audit", "aioheroku.testing.platform", "aioheroku.transport", "rich.console", "rich.progress"):
    import_module(_name)
gc.collect()
gc.freeze()  # a fork neither copies nor looks at what is there
