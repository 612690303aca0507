"""Telemetry Drain: a collector that receives traces, metrics and logs in OpenTelemetry format."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NotRequired, TypeAlias, TypedDict
from uuid import UUID

from aioheroku._api.endpoint import DELETE, GET, PATCH, POST, Ref, Resource, Secret
from aioheroku._codec import Model, OneOf, Timestamp, frozen, secret
from aioheroku._pagination import FULL, Pages, Range
from aioheroku._unset import UNSET, Unset

__all__ = [
    "NewTelemetryExporter",
    "NewTelemetryOwner",
    "TelemetryDrain",
    "TelemetryDrains",
    "TelemetryExporter",
    "TelemetryExporterUpdate",
    "TelemetryOwner",
]

Signal: TypeAlias = Annotated[str, OneOf("traces", "metrics", "logs")]


@frozen(kw_only=True)
class TelemetryOwner(Model):
    """The app or space whose telemetry is sent."""

    id: UUID
    """Id of the app or space."""
    type: Annotated[str, OneOf("app", "space")]
    """Kind of owner."""


@frozen(kw_only=True)
class TelemetryExporter(Model):
    """Where telemetry is sent."""

    endpoint: str = secret()
    """URL or address of the collector; it may hold credentials."""
    headers: dict[str, str] = secret()
    """Headers of each request, such as an API key."""
    type: Annotated[str, OneOf("otlphttp", "otlp")]
    """The protocol: OTLP over HTTP, or over gRPC."""


@frozen(kw_only=True)
class TelemetryDrain(Model):
    """A collector that receives the telemetry of an app or a space.

    See <https://devcenter.heroku.com/articles/platform-api-reference#telemetry-drain>.
    """

    created_at: Timestamp
    """Time of creation."""
    exporter: TelemetryExporter
    """Where it is sent."""
    id: UUID
    """Id of the drain."""
    owner: TelemetryOwner
    """The app or space."""
    signals: list[str]
    """Signals that are sent: `traces`, `metrics`, `logs`."""
    updated_at: Timestamp
    """Time of the last change."""


class NewTelemetryOwner(TypedDict):
    """The app or space whose telemetry is to be sent."""

    id: str | UUID
    """Id of the app or space."""
    type: Annotated[str, OneOf("app", "space")]
    """Kind of owner."""


class NewTelemetryExporter(TypedDict):
    """Where telemetry is to be sent."""

    type: Annotated[str, OneOf("otlphttp", "otlp")]
    """The protocol: OTLP over HTTP, or over gRPC."""
    endpoint: str
    """URL or address of the collector."""
    headers: NotRequired[Mapping[str, str]]
    """Headers of each request, such as an API key."""


class TelemetryExporterUpdate(TypedDict, total=False):
    """Change of a telemetry exporter: keys that are left out keep their values."""

    type: Annotated[str, OneOf("otlphttp", "otlp")]
    """The protocol: OTLP over HTTP, or over gRPC."""
    endpoint: str
    """URL or address of the collector."""
    headers: Mapping[str, str]
    """Headers of each request, such as an API key."""


class TelemetryDrains(Resource):
    """Operations on telemetry drains.

    See <https://devcenter.heroku.com/articles/platform-api-reference#telemetry-drain>.
    """

    @POST("/telemetry-drains")
    async def create(
        self,
        *,
        owner: NewTelemetryOwner,
        signals: Sequence[Signal],
        exporter: Annotated[NewTelemetryExporter, Secret()],
    ) -> TelemetryDrain:
        """Send the telemetry of an app or a space to a collector; returns the new drain.

        Args:
            owner: The app or space: `{"id": ..., "type": "app"}`.
            signals: Signals to send: `traces`, `metrics`, `logs`.
            exporter: Where to send it: `{"type": "otlphttp", "endpoint": ..., "headers": {...}}`.
        """
        ...

    @GET("/apps/{app}/telemetry-drains")
    def list_by_app(self, app: Ref, /, *, range: Range = FULL) -> Pages[TelemetryDrain]:
        """The telemetry drains of an app.

        Args:
            app: Id or name of the app.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @GET("/spaces/{space}/telemetry-drains")
    def list_by_space(self, space: Ref, /, *, range: Range = FULL) -> Pages[TelemetryDrain]:
        """The telemetry drains of a private space.

        Args:
            space: Id or name of the space.
            range: The part of the list to read, and its order; all of it by default.
        """
        ...

    @PATCH("/telemetry-drains/{drain}", idempotent=True)
    async def update(
        self,
        drain: Ref,
        /,
        *,
        signals: Sequence[Signal] | Unset = UNSET,
        exporter: Annotated[TelemetryExporterUpdate, Secret()] | Unset = UNSET,
    ) -> TelemetryDrain:
        """Change the signals or the exporter; returns the updated drain.

        Args:
            drain: Id of the drain.
            signals: All signals to send: `traces`, `metrics`, `logs`.
            exporter: The exporter's keys to change.
        """
        ...

    @DELETE("/telemetry-drains/{drain}")
    async def delete(self, drain: Ref, /) -> TelemetryDrain | None:
        """Remove a telemetry drain.

        Returns what was deleted, or `None` if the response has no body.

        Args:
            drain: Id of the drain.
        """
        ...

    @GET("/telemetry-drains/{drain}")
    async def info(self, drain: Ref, /) -> TelemetryDrain:
        """One telemetry drain.

        Args:
            drain: Id of the drain.
        """
        ...
