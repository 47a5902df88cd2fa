"""What stands on the page of everything that is a person's own. Each app registers its section in AppConfig.ready()."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from recovery_network.privacy.person import Person


@dataclass(frozen=True)
class Section:
    """`template` shows `context` and nothing else."""

    name: str
    title: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


Make = Callable[[Person], Section | None]

_sections: dict[str, tuple[int, Make]] = {}


def register(name: str, make: Make, *, order: int) -> None:
    """`make` gives the section of one person, or None where it would be empty; small orders stand first."""
    _sections[name] = (order, make)


def sections_of(person: Person) -> list[Section]:
    makers = sorted(_sections.items(), key=lambda each: each[1][0])
    made = [make(person) for _name, (_order, make) in makers]
    return [section for section in made if section is not None]
