"""Pipeline Config Vars: config vars for the review apps and test runs of a pipeline."""

from collections.abc import Mapping

from aioheroku._api.endpoint import GET, PATCH, Ref, Resource
from aioheroku._codec import Secrets

__all__ = ["PipelineConfigVars"]


class PipelineConfigVars(Resource):
    """Operations on the config vars of a pipeline's stages, which its review apps and test runs get.

    See <https://devcenter.heroku.com/articles/platform-api-reference#pipeline-config-vars>.
    """

    @GET("/pipelines/{pipeline}/stage/{stage}/config-vars")
    async def info(self, pipeline: Ref, stage: Ref, /) -> Secrets:
        """All config vars of a stage by name: a `dict[str, str]` whose repr masks the values.

        Args:
            pipeline: Id of the pipeline.
            stage: The stage, such as `review` or `test`.
        """
        ...

    @PATCH("/pipelines/{pipeline}/stage/{stage}/config-vars", idempotent=True)
    async def update(self, pipeline: Ref, stage: Ref, vars: Mapping[str, str | None], /) -> Secrets:
        """Set and remove config vars of a stage; returns all of them.

        Config vars that are not named stay as they are.

        Args:
            pipeline: Id of the pipeline.
            stage: The stage, such as `review` or `test`.
            vars: New values by name; `None` removes the config var.
        """
        ...
