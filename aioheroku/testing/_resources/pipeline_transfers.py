"""Pipeline Transfer."""

from aioheroku.testing._errors import invalid
from aioheroku.testing._http.body_schema import BodySchema
from aioheroku.testing._http.context import RequestContext
from aioheroku.testing._http.routing import Routes
from aioheroku.testing._resources import _pipeline_access as access
from aioheroku.testing._resources.pipelines import OWNER
from aioheroku.testing._state.table import Row

routes = Routes("Pipeline Transfer")

_OWNER = BodySchema({}, OWNER.required)


@routes.post("/pipeline-transfers", {"pipeline": BodySchema({}, {"id": str}), "new_owner": _OWNER})
def create(context: RequestContext) -> Row:
    """Give a pipeline to another owner at once; a pipeline without one counts as the calling account's."""
    taken = context.parameters()
    row = access.pipeline(context, access.require_id(taken, "pipeline"))
    access.require_id(taken, "new_owner")
    if "type" not in taken["new_owner"]:
        raise invalid("Require params: new_owner:type.")
    access.require_owner(context, row)
    before = row["owner"] or {"id": context.account.row["id"], "type": "user"}
    row.update({"owner": access.owner(context, taken["new_owner"]), "updated_at": context.now})
    context.state.delivery.creators.pop(row["id"], None)
    return {"pipeline": {"id": row["id"]}, "previous_owner": before, "new_owner": row["owner"]}
