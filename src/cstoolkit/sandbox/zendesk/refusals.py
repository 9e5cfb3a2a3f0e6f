"""The vendor's error bodies, each with its source in the fact sheet (section 8)."""

from typing import Any

from ..http import Answer, json_answer


class Refusal(Exception):  # noqa: N818 - not an error of ours: it is the vendor's answer
    """The call is refused with this answer; nothing of it is kept."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def refusal(status: int, document: Any) -> Refusal:
    return Refusal(json_answer(document, status))


def not_found() -> Refusal:
    return refusal(404, {"error": "RecordNotFound", "description": "Not found"})


def no_endpoint() -> Refusal:
    return refusal(404, {"error": "InvalidEndpoint", "description": "Not found"})


def forbidden() -> Refusal:
    return refusal(
        403,
        {
            "error": {
                "title": "Forbidden",
                "message": "You do not have access to this page. Please contact the account owner of this "
                "help desk for further help.",
            }
        },
    )


def unauthenticated() -> Refusal:
    return refusal(401, {"error": "Couldn't authenticate you"})


def invalid_token() -> Refusal:
    return refusal(
        401,
        {
            "error": "invalid_token",
            "error_description": "The access token provided is expired, revoked, malformed or invalid for "
            "other reasons.",
        },
    )


def invalid(field: str, description: str, error: str | None = "InvalidValue", **more: Any) -> Refusal:
    """422 for a record; `field` is the attribute or "base"."""
    detail = {"description": description, "error": error} | more
    return refusal(
        422,
        {"error": "RecordInvalid", "description": "Record validation errors", "details": {field: [detail]}},
    )


def blank(field: str) -> Refusal:
    return invalid(field, f"{field.replace('_', ' ').capitalize()}: cannot be blank", "BlankValue")


def bad_attribute(name: str, message: str) -> Refusal:
    return refusal(
        400,
        {
            "error": {
                "title": "Invalid attribute",
                "message": f"You passed an invalid value for the {name} attribute. {message}",
            }
        },
    )


def bad_parameter(code: str, title: str, status: int = 400) -> Refusal:
    return refusal(status, {"errors": [{"code": code, "title": title, "detail": title}]})


def unreadable(message: str) -> Refusal:
    return refusal(
        400, {"error": "Unprocessable Entity", "message": f"Server could not parse JSON: {message}"}
    )


def too_many_values(name: str, most: int) -> Refusal:
    return refusal(422, {"error": "TooManyValues", "description": f"{name}: at most {most} are allowed"})


def conflict() -> Refusal:
    return refusal(
        409,
        {
            "error": "UpdateConflict",
            "description": "Safe Update prevented the update due to outdated ticket data. Please fetch the "
            "latest ticket data and try again.",
        },
    )


def closed_ticket() -> Refusal:
    return invalid("status", "Status: closed prevents ticket update", None)
