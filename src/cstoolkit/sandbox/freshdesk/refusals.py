"""The vendor's error bodies (fact sheet 9). Texts marked UNVERIFIED there are ours to choose."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..http import Answer, Record, json_answer


class Refusal(Exception):  # noqa: N818 - not an error of ours: it is the vendor's answer
    """The call is refused with this answer; nothing of it is kept."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True)
class Problem:
    """One line of `errors`. `more` are further keys that a line may have."""

    field: str
    message: str
    code: str = "invalid_value"
    more: tuple[tuple[str, Any], ...] = ()

    def as_record(self) -> Record:
        return {"field": self.field, "message": self.message, "code": self.code} | dict(self.more)


def refusal(status: int, document: Any) -> Refusal:
    return Refusal(json_answer(document, status))


def invalid(problems: Iterable[Problem]) -> Refusal:
    """400, or 409 where every problem is a value that somebody else has."""
    found = list(problems)
    status = 409 if all(problem.code == "duplicate_value" for problem in found) else 400
    document = {"description": "Validation failed", "errors": [problem.as_record() for problem in found]}
    return refusal(status, document)


def wrong(field: str, message: str, code: str = "invalid_value") -> Refusal:
    return invalid([Problem(field, message, code)])


def unknown_field(field: str) -> Problem:
    return Problem(field, "Unexpected/invalid field in request", "invalid_field")


def one_of(field: str, values: Iterable[Any]) -> Problem:
    return Problem(field, f"It should be one of these values: '{','.join(str(value) for value in values)}'")


def no_match(field: str, what: str) -> Problem:
    return Problem(field, f"There is no {what} matching the given {field}")


def duplicate(field: str, *more: tuple[str, Any]) -> Problem:
    return Problem(field, "It should be a unique value", "duplicate_value", more)


def not_found() -> Refusal:
    return Refusal(Answer(404, b"", (), None))


def unauthenticated() -> Refusal:
    message = "You have to be logged in to perform this action."
    return refusal(401, {"code": "invalid_credentials", "message": message})


def forbidden() -> Refusal:
    message = "You are not authorized to perform this action."
    return refusal(403, {"code": "access_denied", "message": message})


def needs_feature(feature: str) -> Refusal:
    message = (
        f"The {feature} feature(s) is/are not supported in your plan. Please upgrade your account to use it."
    )
    return refusal(403, {"code": "require_feature", "message": message})


def wrong_method(method: str, allowed: Iterable[str]) -> Refusal:
    methods = ", ".join(sorted(allowed))
    message = f"{method} method is not allowed. It should be one of these method(s): {methods}"
    return Refusal(json_answer({"message": message}, 405, (("allow", methods),)))


def not_acceptable() -> Refusal:
    return Refusal(Answer(406, b"", (), None))


def wrong_media_type() -> Refusal:
    message = "Content-Type header should have application/json or multipart/form-data"
    return refusal(415, {"code": "invalid_content_type", "message": message})


def unreadable() -> Refusal:
    message = "Request body has invalid json format"
    return refusal(400, {"code": "invalid_json", "message": message})


def internal_error() -> Refusal:
    message = "We're sorry, but something went wrong."
    return refusal(500, {"code": "internal_error", "message": message})
