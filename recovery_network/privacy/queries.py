"""The table behind the privacy page: the same declarations that the nightly deletion goes by."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.apps import apps
from django.utils.text import capfirst

from recovery_network.privacy import registry
from recovery_network.privacy.fields import PersonalField


@dataclass(frozen=True)
class Row:
    """What is stored for one purpose, in words."""

    what: list[str]
    purpose: str
    seen_by: str
    kept: str


@dataclass(frozen=True)
class Section:
    """The rows of one app, in the order its privacy.py has them."""

    id: str
    title: str
    rows: list[Row]


def sections() -> list[Section]:
    """In the active language; apps that hold nothing personal are left out."""
    return [
        Section(found.app, str(found.title), list(rows(found.personal)))
        for found in registry.declarations()
        if found.personal
    ]


def rows(personal: tuple[PersonalField, ...]) -> Iterator[Row]:
    """Fields that follow each other with the same model, purpose, readers and clock share a row."""
    for _reason, group in groupby(personal, key=reason):
        fields = list(group)
        names = list(dict.fromkeys(capfirst(label(field)) for field in fields))
        first = fields[0]
        yield Row(names, str(first.purpose), str(first.seen_by), str(first.kept.label))


def reason(field: PersonalField) -> tuple[object, ...]:
    return (field.path.rpartition(".")[0], str(field.purpose), str(field.seen_by), field.kept)


def label(field: PersonalField) -> str:
    if field.what:
        return str(field.what)
    model, _dot, name = field.path.rpartition(".")
    return str(apps.get_model(model)._meta.get_field(name).verbose_name)
