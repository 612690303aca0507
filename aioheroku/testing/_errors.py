"""Errors of the simulated platform, as its handlers raise them."""

from typing import Any, TypeVar

T = TypeVar("T")


class ErrorResponse(Exception):
    """Raised anywhere in a handler: the response is this status with a JSON error body."""

    def __init__(self, status: int, id: str, message: str, /, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {**extra, "id": id, "message": message}


def not_found(resource: str) -> ErrorResponse:
    """404 for an object that is not there, or that the account may not see."""
    noun = resource.replace("addon", "add-on").replace("_", " ")
    return ErrorResponse(404, "not_found", f"Couldn't find that {noun}.", resource=resource)


def found(row: T | None, resource: str) -> T:
    """The object, as far as there is one (404)."""
    if row is None:
        raise not_found(resource)
    return row


def forbidden(message: str) -> ErrorResponse:
    """403 for an account without the permission."""
    return ErrorResponse(403, "forbidden", message)


def invalid(message: str) -> ErrorResponse:
    """422 for well-formed JSON whose values are not usable."""
    return ErrorResponse(422, "invalid_params", message)


def no_endpoint() -> ErrorResponse:
    """404 for a path or method that is not an endpoint; unlike a missing object it names no resource."""
    return ErrorResponse(
        404,
        "not_found",
        "The requested API endpoint was not found. Are you using the right HTTP verb (i.e. `GET` vs. `POST`), "
        "and did you specify your intended version with the `Accept` header?",
    )


def unauthorized() -> ErrorResponse:
    """401 for missing, malformed and unknown credentials."""
    return ErrorResponse(401, "unauthorized", "Invalid credentials provided.")


def rate_limited() -> ErrorResponse:
    """429 with the body the reference prints."""
    return ErrorResponse(
        429,
        "rate_limit",
        "Your account reached the API rate limit\nPlease wait a few minutes before making new requests",
        url="https://devcenter.heroku.com/articles/platform-api-reference#rate-limits",
    )
