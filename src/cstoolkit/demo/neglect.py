"""How tickets are left lying, and how they come back to light: steps that take a life and carry it on."""

from collections.abc import Callable

from .calendars import DAY
from .life import DESKS, Life
from .pace import SOON
from .people import FORGOTTEN
from .record import SYSTEM


def leave_lying(days: tuple[float, ...]) -> Callable[[Life], None]:
    """A step in which nothing happens for some days (quantiles)."""

    def lie(life: Life) -> None:
        life.record.move(life.record.now + int(life.dice.spread(days) * DAY))

    return lie


def forget_in_old_group(life: Life) -> None:
    """A rule nobody remembers takes it from its owner and sends it to a group that everybody has left."""
    life.record.set_group(FORGOTTEN, SYSTEM, "returns_2024")
    life.drop(SYSTEM, "returns_2024")


def sort_in(life: Life) -> None:
    """Somebody finds it where nobody looks, and moves it to the desk where it belongs."""
    life.work(SOON)
    desk = DESKS[life.opening.topic.desk]
    agent = life.choose_agent(desk)
    life.record.set_group(desk, (agent.person.id, "agent"))
