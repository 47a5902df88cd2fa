"""Next year's conference from this year's: what is copied, and how each app says what it copies.

Copied is what organisers have written and set. Nobody who registered, answered or was invited comes along.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import models

from conferences.models import Conference, ConferenceOrganiser, Publication, Room

Row = TypeVar("Row", bound=models.Model)


@dataclass
class Copying:
    """One copy in the making: `twins` leads from each row of the old conference to its new one."""

    source: Conference
    target: Conference
    days: int
    with_contributors: bool = False
    twins: dict[tuple[type[models.Model], Any], models.Model] = field(default_factory=dict)

    def clone(self, row: Row, **changes: Any) -> Row:
        """A new row like `row`, in the new conference, with times moved and new keys of its own."""
        values = {
            column.attname: self.value_of(row, column)
            for column in row._meta.concrete_fields
            if not column.primary_key and not is_given_anew(column)
        }
        made = type(row)(**{**values, **changes})
        made.save(force_insert=True)
        self.twins[type(row), row.pk] = made
        return made

    def clone_all(self, rows: Iterable[models.Model]) -> None:
        for row in rows:
            self.clone(row)

    def value_of(self, row: models.Model, column: Any) -> Any:
        value = getattr(row, column.attname)
        if isinstance(value, datetime):
            return on_another_day(value, self.days, self.source.zone)
        if isinstance(column, models.ForeignKey):
            twin = self.twins.get((column.related_model, value))
            return value if twin is None else twin.pk
        return value


def is_given_anew(column: Any) -> bool:
    """Keys, and what the platform notes about a row by itself."""
    return bool(column.unique and column.has_default()) or (
        isinstance(column, models.DateTimeField) and not column.editable
    )


def on_another_day(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same clock time so many days later, whatever the clocks did between.

    A time that doesn't come that day, because the clocks go forward, is the hour after it.
    """
    local = moment.astimezone(zone)
    moved = datetime.combine(local.date() + timedelta(days=days), local.time(), zone)
    return moved.replace(fold=local.fold).astimezone(UTC)


Copier = Callable[[Copying], None]
_copiers: list[Copier] = []


def register(copier: Copier) -> None:
    """Makes `copier` part of every copy, after those of the apps below; AppConfig.ready() calls it."""
    if copier not in _copiers:
        _copiers.append(copier)


def copiers() -> list[Copier]:
    return list(_copiers)


def copy_own(copying: Copying) -> None:
    """What this app itself adds: who arranges it, what to read, and rooms that no venue has."""
    for model in (ConferenceOrganiser, Publication, Room):
        copying.clone_all(model._base_manager.filter(conference=copying.source))
