"""Reads the privacy.py of every installed app."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from django.apps import AppConfig, apps
from django.db import models
from django.utils.functional import Promise

from recovery_network.privacy.fields import Consequence, PersonalField, Receipt, Road
from recovery_network.privacy.person import Person

# Field names of one model, or "*" for all that aren't listed as personal.
NotPersonal = Mapping[str, str | Iterable[str]]


class Purge(Protocol):
    def __call__(self, now: datetime, *, dry_run: bool) -> Receipt: ...


class Foresee(Protocol):
    def __call__(self, person: Person, now: datetime) -> list[Consequence]: ...


class Release(Protocol):
    def __call__(self, person: Person, now: datetime) -> Decimal: ...


@dataclass(frozen=True)
class Declaration:
    """The content of one app's privacy.py: PERSONAL, NOT_PERSONAL, and purge() where something expires.

    ROADS lead to the rows of one person; NO_ROAD says for a model or a field why there is none. foresee() tells
    someone what erasing means, and release() does what must be done before rows are deleted, such as giving up
    places under the lock; it returns what that costs, in kr.
    """

    app: str
    title: str | Promise
    personal: tuple[PersonalField, ...]
    not_personal: NotPersonal
    purge: Purge | None
    roads: tuple[Road, ...] = ()
    no_road: Mapping[str, str | Promise] = field(default_factory=dict)
    foresee: Foresee | None = None
    release: Release | None = None


def declarations() -> list[Declaration]:
    """One for each installed app that has a privacy.py, in the order of INSTALLED_APPS."""
    return [
        declaration_of(config)
        for config in apps.get_app_configs()
        if is_module(f"{config.name}.privacy")
    ]


def is_module(name: str) -> bool:
    """Whether there is a file of that name; this package itself is recovery_network.privacy, and none."""
    spec = find_spec(name)
    return spec is not None and spec.submodule_search_locations is None


def declaration_of(config: AppConfig) -> Declaration:
    module = import_module(f"{config.name}.privacy")
    return Declaration(
        app=config.label,
        title=getattr(module, "TITLE", config.verbose_name),
        personal=tuple(module.PERSONAL),
        not_personal=module.NOT_PERSONAL,
        purge=getattr(module, "purge", None),
        roads=tuple(getattr(module, "ROADS", ())),
        no_road=getattr(module, "NO_ROAD", {}),
        foresee=getattr(module, "foresee", None),
        release=getattr(module, "release", None),
    )


def model_name(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


def every_field() -> Iterator[str]:
    """Each concrete field of each model, as "app.Model.field"; numbers that only count rows aside."""
    for model in apps.get_models(include_auto_created=False):
        for column in model._meta.concrete_fields:
            if not isinstance(column, models.AutoField):
                yield f"{model_name(model)}.{column.name}"


def problems(found: Callable[[], list[Declaration]] = declarations) -> list[str]:
    """Sentences on what is unclassified, classified twice, or classified though it doesn't exist."""
    existing = list(every_field())
    personal: list[str] = []
    not_personal: list[str] = []
    wildcards: set[str] = set()
    for declaration in found():
        personal += [entry.path for entry in declaration.personal]
        for model, names in declaration.not_personal.items():
            if names == "*":
                wildcards.add(model)
            else:
                not_personal += [f"{model}.{name}" for name in names]
    named = personal + not_personal
    models_there = {path.rpartition(".")[0] for path in existing}
    return [
        *(
            f"{path} is not classified in its app's privacy.py"
            for path in existing
            if path not in named and path.rpartition(".")[0] not in wildcards
        ),
        *(f"{path} is classified but does not exist" for path in named if path not in existing),
        *(f"{model} is classified but does not exist" for model in wildcards - models_there),
        *(f"{path} is classified twice" for path in sorted(set(named)) if named.count(path) > 1),
    ]


def fields_of(road: Road, personal: Iterable[PersonalField]) -> list[PersonalField]:
    """The personal fields that a road is about."""
    own = [each for each in personal if each.path.rpartition(".")[0] == road.model]
    if not road.fields:
        return own
    return [each for each in own if each.path.rpartition(".")[2] in road.fields]


def lost(found: Callable[[], list[Declaration]] = declarations) -> list[str]:
    """Sentences on personal fields that no road leads to, and on those that erasing would leave behind."""
    trouble: list[str] = []
    for declaration in found():
        reached: set[str] = set()
        for road in declaration.roads:
            fields = fields_of(road, declaration.personal)
            reached |= {each.path for each in fields}
            names = [each.path.rpartition(".")[2] for each in fields]
            left = [] if road.deletes or "*" in road.keeps else names
            trouble += [
                f"{road.model}.{name} is neither blanked nor kept by its road in privacy.py"
                for name in left
                if name not in road.blank and name not in road.keeps
            ]
            if road.keeps and not road.why:
                trouble.append(f"The road to {road.model} doesn't say why it keeps something")
        trouble += [
            f"{each.path} is personal, but no road in its app's privacy.py leads from a person to it"
            for each in declaration.personal
            if each.path not in reached
            and each.path not in declaration.no_road
            and each.path.rpartition(".")[0] not in declaration.no_road
        ]
    return trouble
