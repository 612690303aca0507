"""Compares the API's own schema with the declarations: `python -m aioheroku.drift [FILE|URL]`.

The JSON hyper-schema that `GET /schema` returns (or that a file or an URL holds) is compared with the declarations of
`aioheroku.resources`. Each difference is one line:

    missing endpoint GET /teams                     the schema has it, the library does not
    gone parameter PATCH /account password          the library has it, the schema does not
    changed attribute Account.last_login: may be null

Exit status 0: none; 1: drift; 2: no schema to compare. Paths are compared by their shape (`/apps/{}`), resources by
their names (`add-on`, `addon` and `Addon` are the same), and a wider type than the schema's is not drift. The known
differences (what only the reference of 2014 or the variant `3.sdk` has) are left out; `--all` prints them too.
"""

from aioheroku.drift._comparison import compare
from aioheroku.drift._declarations import declared
from aioheroku.drift._hyperschema import BadSchema, described

__all__ = ["BadSchema", "compare", "declared", "described"]
