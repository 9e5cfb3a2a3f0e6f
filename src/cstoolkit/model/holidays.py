"""Days on which a schedule stays closed: explicit dates, and public holidays by country code."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from pydantic import field_validator, model_validator

from cstoolkit.model.frozen import Frozen


class Holidays(Frozen):
    """Local dates that are closed from midnight to midnight.

    `codes` are countries or subdivisions of the `holidays` package (`DE`, `DE-BE`, `US-CA`): public
    holidays, days observed in lieu included. That package knows each country from some year on (Germany
    from 1990) and none before. `dates` are closed as well; `worked` are open whatever the codes say.
    Written short: `DE-BE`, or a list of codes and dates.
    """

    codes: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _read_short_form(cls, value: Any) -> Any:
        if value is None or isinstance(value, Mapping | Holidays):
            return value or {}
        if isinstance(value, str | date) or not isinstance(value, Iterable):
            value = [value]
        words = list(value)
        codes = [word for word in words if isinstance(word, str) and not word[:1].isdigit()]
        return {"codes": codes, "dates": [word for word in words if word not in codes]}

    @field_validator("codes")
    @classmethod
    def _check_codes(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            _public_holidays(code, years=())
        return tuple(sorted(set(codes)))

    @field_validator("dates", "worked")
    @classmethod
    def _sort(cls, dates: tuple[date, ...]) -> tuple[date, ...]:
        return tuple(sorted(set(dates)))

    def in_year(self, year: int) -> frozenset[date]:
        """The closed dates of one local calendar year."""
        closed = {day for code in self.codes for day in _public_holidays(code, years=(year,))}
        closed.update(self.dates)
        return frozenset(day for day in closed.difference(self.worked) if day.year == year)


def _public_holidays(code: str, *, years: tuple[int, ...]) -> frozenset[date]:
    import holidays  # 0.1 s to import, so only for schedules that name a country

    country, _, part = code.partition("-")
    # The package would also take the names of its classes.
    if re.fullmatch("[A-Z]{2,3}", country):
        with suppress(NotImplementedError):
            days = holidays.country_holidays(country, subdiv=part or None, years=years, observed=True)
            return frozenset(days)
    raise ValueError(_unknown_code(country, part, holidays.list_supported_countries()))


def _unknown_code(country: str, part: str, known: Mapping[str, Sequence[str]]) -> str:
    if country in known:
        problem = f'"{country}-{part}": {country} has no part "{part}" with holidays of its own'
        near = difflib.get_close_matches(part, known[country], n=1)
        hint = f'did you mean "{country}-{near[0]}"?' if near else f"it has {', '.join(known[country])}"
        return f"{problem}; {hint}"
    near = difflib.get_close_matches(country.upper(), known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else "codes look like DE, DE-BE or US-CA"
    return f'"{country}" is not a country with known holidays; {hint}'
