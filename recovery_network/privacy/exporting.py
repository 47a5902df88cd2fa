"""Everything that is kept of one person, by the same lists that the privacy page is made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from recovery_network.i18n import date_and_clock
from recovery_network.privacy import registry
from recovery_network.privacy.fields import PersonalField, Road
from recovery_network.privacy.person import Person
from recovery_network.privacy.queries import label
from recovery_network.privacy.scrub import without_keys


@dataclass(frozen=True)
class Value:
    """One field of one row: in words for people, raw for machines."""

    path: str
    label: str
    text: str
    raw: Any


@dataclass(frozen=True)
class Sort:
    """The rows of one model that a road led to."""

    model: str
    title: str
    purpose: str
    kept: str
    stays: str
    rows: list[list[Value]]


@dataclass(frozen=True)
class Chapter:
    title: str
    sorts: list[Sort]


@dataclass(frozen=True)
class Export:
    chapters: list[Chapter]
    out_of_reach: list[str]

    def as_json(self, person: Person, now: datetime) -> dict[str, Any]:
        data: dict[str, list[dict[str, Any]]] = {}
        for chapter in self.chapters:
            for sort in chapter.sorts:
                data.setdefault(sort.model, []).extend(
                    {each.path.rpartition(".")[2]: each.raw for each in row} for row in sort.rows
                )
        return {
            "made_at": now,
            "addresses": sorted(person.emails),
            "data": data,
            "out_of_reach": self.out_of_reach,
        }


def export(person: Person) -> Export:
    """In the active language. As many queries as there are roads, however many rows they lead to."""
    found = registry.declarations()
    chapters = [Chapter(str(each.title), list(sorts(each, person))) for each in found if each.roads]
    reasons = dict.fromkeys(str(why) for each in found for why in each.no_road.values())
    return Export([each for each in chapters if each.sorts], list(reasons))


def sorts(declaration: registry.Declaration, person: Person) -> Iterator[Sort]:
    for road in declaration.roads:
        fields = registry.fields_of(road, declaration.personal)
        rows = [values(row, road, fields) for row in rows_of(road, person)]
        if rows:
            model = apps.get_model(road.model)
            yield Sort(
                road.model,
                capfirst(str(model._meta.verbose_name_plural)),
                str(fields[0].purpose),
                str(fields[0].kept.label),
                str(road.why),
                rows,
            )


def rows_of(road: Road, person: Person) -> models.QuerySet[Any]:
    model = apps.get_model(road.model)
    names = [*road.also, *(column.name for column in model._meta.concrete_fields)]
    joined = [
        name for name in dict.fromkeys(names) if isinstance(column(model, name), models.ForeignKey)
    ]
    several = [name for name in road.also if column(model, name).many_to_many]
    found: models.QuerySet[Any] = model._default_manager.filter(road.find(person))
    return found.select_related(*joined).prefetch_related(*several).order_by("pk").distinct()


def column(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def values(row: models.Model, road: Road, fields: list[PersonalField]) -> list[Value]:
    also = [value(row, f"{road.model}.{name}", capfirst(verbose(row, name))) for name in road.also]
    own = [
        hidden(each) if each.secret else value(row, each.path, capfirst(label(each)))
        for each in fields
    ]
    return [*also, *own]


def verbose(row: models.Model, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def hidden(field: PersonalField) -> Value:
    text = _("(not written out: whoever found it could act as you)")
    return Value(field.path, capfirst(label(field)), text, None)


def value(row: models.Model, path: str, named: str) -> Value:
    name = path.rpartition(".")[2]
    found = getattr(row, name)
    if isinstance(found, models.Manager):
        found = ", ".join(str(each) for each in found.all())
    if isinstance(found, str):
        found = without_keys(found)
    raw = str(found) if isinstance(found, models.Model) or hasattr(found, "storage") else found
    show = getattr(row, f"get_{name}_display", None)
    return Value(path, named, in_words(show() if show else found), raw)


def in_words(found: Any) -> str:
    if found is None or found == "":
        return "–"
    if isinstance(found, bool):
        return _("Yes") if found else _("No")
    if isinstance(found, datetime):
        return date_and_clock(timezone.localtime(found))
    return str(found)
