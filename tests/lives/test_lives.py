"""`RANDOM_LIVES=500 ./script/test tests/lives` lives that many lives of each kind: thousands of steps."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from conferences.models import Conference
from tests.lives import promises, told
from tests.lives.changing import Changing
from tests.lives.coming import ARRIVAL, Arrival, Coming
from tests.lives.life import Step, steps_of
from tests.lives.organising import Organising
from tests.lives.picture import Picture
from tests.lives.scene import Scene, small_house

LIVES = int(os.environ.get("RANDOM_LIVES", "6"))
STEPS = 20


class Everyone(Coming, Changing, Organising):
    """Whatever anyone can do."""


class WholeLife(Everyone):
    """And every promise."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.told = told.Told()

    @initialize(
        arrivals=st.lists(ARRIVAL, min_size=5, max_size=7),
        offer_hours=st.sampled_from([24, 24, 24, 0]),
    )
    def a_crowd_fills_the_house(self, arrivals: list[Arrival], offer_hours: int) -> None:
        Conference.objects.update(offer_hours=offer_hours)
        for each in arrivals:
            self.a_party_registers(each)

    @rule(taken=steps_of(Everyone))
    def a_step_is_taken(self, taken: tuple[str, dict[str, Any]]) -> None:
        name, answers = taken
        getattr(self, name)(**answers)

    @invariant()
    def every_promise_holds(self) -> None:
        before, now, step = self.picture, Picture.taken(self.scene.conference), self.step
        new = [mail for pk, mail in now.mails.items() if pk not in before.mails]
        for promise in (*promises.PLACES, *promises.WORKSHOPS):
            promise(before, now, step)
        for pk, name in self.facilitators:
            assert name not in {
                seat.registration.name
                for seat in now.seats
                if seat.is_held and seat.session_id == pk
            }
        self.told.hear(now, new)
        told.whatever_is_told_is_so(now, new, step)
        told.whoever_is_concerned_is_told(now, self.told, self.replaced)
        told.a_change_is_told(before, now, new, step)
        told.nobody_is_told_twice(before, now, new, step)
        told.nothing_is_told_of_what_stands_still(before, now, new, step)
        self.picture, self.step = now, Step()


@pytest.fixture
def the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hypothesis draws from the numbers that stand in loaded modules too: which those are depends on other tests."""
    monkeypatch.setattr(providers, "_get_local_constants", Constants)
    providers.CONSTANTS_CACHE.cache.clear()
    yield
    providers.CONSTANTS_CACHE.cache.clear()


@pytest.mark.django_db
@pytest.mark.usefixtures("the_same_each_time")
@pytest.mark.parametrize(
    ("number", "workshops", "approval"),
    [(1, False, False), (2, True, False), (3, True, True)],
    ids=["places", "workshops", "approval"],
)
def test_any_life_keeps_every_promise(number: int, workshops: bool, approval: bool) -> None:
    scene = small_house(workshops=workshops, approval=approval)
    steps = settings(
        max_examples=LIVES,
        stateful_step_count=STEPS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],  # a life of twenty steps can be read; shrinking it takes minutes
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )

    @seed(number)
    class Here(WholeLife):
        def __init__(self) -> None:
            super().__init__(scene)

    run_state_machine_as_test(Here, settings=steps)
