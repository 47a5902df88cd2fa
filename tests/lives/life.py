"""What the steps of a life share: the clock, whom a step is about, and what it says it may do."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from network.models import Organisation
from programme.models import Session
from registrations.errors import RegistrationError
from registrations.models import Registration
from tests.lives.picture import Picture
from tests.lives.scene import BEGINNING, Scene

State = Registration.State
Taken = TypeVar("Taken", bound=Callable[..., None])
ANYONE = st.integers(min_value=0, max_value=40)
# What anything may be refused with once the gathering has begun.
TOO_LATE = {"closed", "too_late"}


def step(*, weight: int = 1, **asks: st.SearchStrategy[Any]) -> Callable[[Taken], Taken]:
    """Marks a method as a step that a life may take, `weight` times as often; `asks` says what is drawn for it."""

    def mark(method: Taken) -> Taken:
        vars(method)["asks"] = asks
        vars(method)["weight"] = weight
        return method

    return mark


def steps_of(life: type) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Any step, by its weight: of rules as such hypothesis would leave half out of each life.

    The heaviest comes first: hypothesis begins with a life of that alone.
    """
    marked = [
        (name, method) for name, method in inspect.getmembers(life) if hasattr(method, "asks")
    ]
    marked.sort(key=lambda each: -each[1].weight)
    return st.one_of(
        [
            st.tuples(st.just(name), st.fixed_dictionaries(method.asks))
            for name, method in marked
            for _time in range(method.weight)
        ]
    )


@dataclass
class Step:
    """What the step may do to whom, by the keys of registrations; whatever else happens breaks a promise.

    `many` verbs are used, one after the other. `new` rows come, those `leaving` may give up their place, those `losing` their seats, those `exempt`
    may get a place out of turn, and those `untold` are as they were before and need no mail.
    """

    many: bool = False
    new: int = 0
    leaving: set[int] = field(default_factory=set)
    losing: set[int] = field(default_factory=set)
    exempt: set[int] = field(default_factory=set)
    untold: set[int] = field(default_factory=set)


class Life(RuleBasedStateMachine):
    """One life. `picture` is how all stood after the step before."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene
        self.undoing = transaction.atomic()
        self.undoing.__enter__()
        self.clock = time_machine.travel(BEGINNING, tick=False)
        self.traveller = self.clock.start()
        self.organisations = list(scene.organisations)
        self.organiser = scene.organiser
        self.named = 0
        self.step = Step()
        self.days = 0
        # Rows whose person has gone on with another one, which they are told of instead.
        self.replaced: set[int] = set()
        self.facilitators: list[tuple[int, str]] = []
        self.picture = Picture.taken(scene.conference)

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.undoing.__exit__(None, None, None)

    def one(self, number: int, *states: str) -> Registration | None:
        """A person in one of these states, never a companion."""
        found = [
            each
            for each in self.picture.people.values()
            if each.state in states and each.companion_of_id is None
        ]
        return found[number % len(found)] if found else None

    def nameless(self, number: int) -> Registration | None:
        """A place that was reserved for someone who is named later."""
        active = [
            each for each in self.picture.people.values() if each.state in Registration.ACTIVE
        ]
        found = [each for each in active if each.is_unnamed]
        return found[number % len(found)] if found else None

    def workshop(self, number: int) -> Session | None:
        found = list(self.picture.sessions.values())
        return found[number % len(found)] if found else None

    def organisation(self, number: int) -> Organisation:
        return Organisation.objects.get(pk=self.organisations[number % len(self.organisations)])

    def new_name(self) -> str:
        """No name is a part of another: mails are searched for them."""
        self.named += 1
        return f"Person {self.named:03}"

    def later(self, **time: float) -> None:
        self.traveller.shift(timedelta(**time))

    def with_companions(self, person: Registration) -> set[int]:
        everyone = self.picture.people.values()
        return {person.pk} | {each.pk for each in everyone if each.companion_of_id == person.pk}

    def party_of(self, person: Registration) -> set[int]:
        everyone = self.picture.people.values()
        return {each.pk for each in everyone if each.booking_id == person.booking_id}

    @contextmanager
    def refused(self, *codes: str) -> Iterator[None]:
        """Lets the verb be refused for these reasons, and for no other; then it may have changed nothing.

        Most of what people do with a place is refused as long as it has no name.
        """
        before = deepcopy(self.step)
        try:
            with transaction.atomic():
                yield
        except RegistrationError as refusal:
            allowed = {*codes, "unnamed", *(TOO_LATE if self.picture.has_begun else ())}
            if refusal.code not in allowed:
                raise
            self.step = before
