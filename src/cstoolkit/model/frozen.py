"""The base of every model at a door: immutable, and an unknown key is an error."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value. Two with equal fields are equal."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
