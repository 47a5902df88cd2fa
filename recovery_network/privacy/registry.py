"""Reads the privacy.py of every installed app."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from django.apps import AppConfig, apps
from django.db import models
from django.utils.functional import Promise

from recovery_network.privacy.fields import PersonalField, Receipt

# Field names of one model, or "*" for all that aren't listed as personal.
NotPersonal = Mapping[str, str | Iterable[str]]


class Purge(Protocol):
    def __call__(self, now: datetime, *, dry_run: bool) -> Receipt: ...


@dataclass(frozen=True)
class Declaration:
    """The content of one app's privacy.py: PERSONAL, NOT_PERSONAL, and purge() where something expires."""

    app: str
    title: str | Promise
    personal: tuple[PersonalField, ...]
    not_personal: NotPersonal
    purge: Purge | None


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
