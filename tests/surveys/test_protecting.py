"""An attacker puts together everything that is told of a survey, and learns of no group that it is small.

Small surveys with a small floor can be looked through completely: here the attacker knows every possible
set of answers, and crosses out those that disagree with anything that is shown.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.models import Survey, Tally
from surveys.results import counting
from surveys.results.counting import Key, Results, key, questions_of, told
from surveys.results.protecting import may_show, protect, protect_table
from tests import factories
from tests.factories.surveys import asking, choices

FLOOR = 3


@settings(max_examples=200)
@given(counts=st.lists(st.integers(0, 12), min_size=1, max_size=6), least=st.integers(5, 8))
def test_each_hidden_number_of_a_partition_could_be_large(counts: list[int], least: int) -> None:
    shown = protect(counts, least)
    hidden = [count for count, seen in zip(counts, shown, strict=True) if seen is None]
    for count, seen in zip(counts, shown, strict=True):
        assert seen is None or (seen == count and (count == 0 or count >= least))
    if hidden and len(hidden) < len(counts):
        assert sum(hidden) - len(hidden) + 1 >= least


@pytest.mark.parametrize(
    ("count", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (15, 15), (16, None), (20, 20)]
)
def test_a_part_hides_the_others_that_it_leaves(count: int, shown: int | None) -> None:
    assert may_show(count, 20, 5) == shown


Cells = tuple[tuple[int, ...], ...]


def tables_like(table: Cells, hidden: set[tuple[int, int]]) -> Iterator[Cells]:
    """Every table of two rows that agrees with the sums and with what isn't hidden of `table`."""
    sums = [sum(column) for column in zip(*table, strict=True)]
    free = [c for c in range(len(sums)) if {(0, c), (1, c)} <= hidden]
    for values in product(*(range(1, sums[c]) for c in free)):
        first = list(table[0])
        for column, value in zip(free, values, strict=True):
            first[column] = value
        if sum(first) == sum(table[0]):
            yield tuple(first), tuple(s - f for s, f in zip(sums, first, strict=True))


def small_cells_found(hide: Callable[[Cells, int], set[tuple[int, int]] | None]) -> int:
    """How many small cells of all tables of two by three the attacker finds to be small."""
    found = 0
    for numbers in product(range(5), repeat=6):
        table: Cells = (numbers[:3], numbers[3:])
        hidden = hide(table, FLOOR)
        if hidden is None:
            continue
        small = {(r, c) for r, row in enumerate(table) for c, n in enumerate(row) if 0 < n < FLOOR}
        found += len(small - hidden)
        if small & hidden:
            possible = list(tables_like(table, hidden))
            found += sum(max(each[r][c] for each in possible) < FLOOR for r, c in small & hidden)
    return found


def test_no_small_cell_of_any_table_is_found() -> None:
    assert small_cells_found(protect_table) == 0


def test_control_hiding_only_the_small_cells_gives_them_away() -> None:
    def only_small(table: Cells, least: int) -> set[tuple[int, int]]:
        return {(r, c) for r, row in enumerate(table) for c, n in enumerate(row) if 0 < n < least}

    assert small_cells_found(only_small) > 10_000


# --- Everything together -------------------------------------------------------------------------

# Where one works, whether it was good, and what was good, which only those are asked who said yes.
Person = tuple[str | None, str | None, str | None]
PLACES, GOOD, WHAT = ("Her", "Der"), ("Ja", "Nei"), ("Mat", "Folk")
PEOPLE = 6
LEAST = 2


class World:
    """A survey in the database, whose answers are made up in memory."""

    def __init__(self, *, required: bool) -> None:
        good = asking("one", "Bra?", choices=choices(*GOOD))
        condition = [{"question": good["id"], "choice": "ja"}]
        survey = factories.make_survey(
            [
                asking("one", "Hvor?", choices=choices(*PLACES)),
                good,
                asking("one", "Hva?", choices=choices(*WHAT), show_if=condition, required=required),
            ]
        )
        self.questions = list(questions_of([survey.pk]))
        self.survey = Survey.objects.get(pk=survey.pk)
        self.survey.least = LEAST
        self.survey.divided_by = self.questions[0].versions.all()[0]
        kinds: list[Person] = [
            (place, good, what)
            for place in (*PLACES, None)
            for good in (*GOOD, None)
            for what in ((*WHAT, None) if good == "Ja" else (None,))
            if not (required and good == "Ja" and what is None)
        ]
        self.kinds = kinds
        self.sets = [
            tuple(map(people.count, range(len(kinds))))
            for people in combinations_with_replacement(range(len(kinds)), PEOPLE)
        ]

    def option(self, question: int, label: str) -> int:
        version = self.questions[question].versions.all()[0]
        return next(each.pk for each in version.options.all() if str(each) == label)

    def results(self, numbers: Sequence[int]) -> Results:
        counts: dict[int, dict[int | None, Counter[Key]]] = {}
        for kind, number in zip(self.kinds, numbers, strict=True):
            group = self.option(0, kind[0]) if kind[0] else None
            for place, label in enumerate(kind):
                if label and number:
                    version = self.questions[place].versions.all()[0].pk
                    counter = counts.setdefault(version, {}).setdefault(group, Counter())
                    counter[key(option=self.option(place, label))] += number
        tally = Tally(survey=self.survey, total=PEOPLE)
        return told(tally, self.questions, counts, {})


Fact = tuple[tuple[int, ...], int | None, bool]


def facts(world: World, found: Results) -> list[Fact]:
    """What is told: which kinds of people are counted, how many, and whether they are known to be some."""
    told_of: list[Fact] = []
    hidden_places = [
        str(cell.label) for cell in found.questions[0].tables[0].cells if cell.count is None
    ]
    for place, counted in enumerate(found.questions):
        for table in counted.tables:
            # Where all answers are hidden, those that nobody gave are hidden with them. Of a question for
            # some, those who didn't answer are told apart.
            parted = table.cells[:-1] if counted.question.show_if.all() else table.cells
            shown_at_all = any(cell.count is not None for cell in parted)
            pooled = {str(cell.label) for cell in table.cells if cell.count is None}
            for cell in table.cells:
                which = kinds(world, place, str(cell.label))
                told_of.append((which, cell.count, cell.count is None and shown_at_all))
            for group, cells in table.groups or ():
                names = [str(group.label)] if "together" not in str(group.label) else hidden_places
                inside = {each for name in names for each in kinds(world, 0, name)}
                told_of.append((tuple(sorted(inside)), group.total, False))
                for cell in cells:
                    which = tuple(k for k in kinds(world, place, str(cell.label)) if k in inside)
                    known = cell.count is None and str(cell.label) not in pooled
                    told_of.append((which, cell.count, known))
    return told_of


def kinds(world: World, place: int, label: str) -> tuple[int, ...]:
    wanted = None if label == "Not answered" else label
    return tuple(number for number, kind in enumerate(world.kinds) if kind[place] == wanted)


def attack(world: World, numbers: Sequence[int]) -> int:
    """How many small groups the attacker finds to be small, of those that any table is made of."""
    known = facts(world, world.results(numbers))
    possible = [
        each
        for each in world.sets
        if all(
            (count is None or sum(each[k] for k in which) == count)
            and not (some and not any(each[k] for k in which))
            for which, count, some in known
        )
    ]
    assert tuple(numbers) in possible
    return sum(
        max(sum(each[k] for k in which) for each in possible) < LEAST
        for which, count, _some in known
        if count is None and 0 < sum(numbers[k] for k in which) < LEAST
    ) + sum(count is not None and 0 < count < LEAST for _which, count, _some in known)


def some_of(world: World) -> list[tuple[int, ...]]:
    return random.Random(7).sample(world.sets, 15)


@pytest.mark.django_db
@pytest.mark.usefixtures("in_english")
class TestEverythingTogether:
    @pytest.mark.parametrize("required", [False, True])
    def test_nothing_small_is_found(self, required: bool) -> None:
        world = World(required=required)
        assert [attack(world, each) for each in some_of(world)] == [0] * 15

    def test_control_without_what_is_hidden_besides(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def only_small(counts: Sequence[int], least: int) -> list[int | None]:
            return [None if 0 < count < least else count for count in counts]

        def only_small_cells(table: Any, least: int) -> set[tuple[int, int]]:
            return {
                (r, c) for r, row in enumerate(table) for c, n in enumerate(row) if 0 < n < least
            }

        monkeypatch.setattr(counting, "protect", only_small)
        monkeypatch.setattr(counting, "protect_table", only_small_cells)
        world = World(required=False)
        assert sum(attack(world, each) for each in some_of(world)) > 10

    @pytest.mark.parametrize("kept", [True, False])
    def test_a_question_for_some_tells_nothing_of_the_one_before_it(
        self, kept: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two said yes, three no, one nothing, which is hidden; how many were asked on would tell it."""
        if not kept:
            monkeypatch.setattr(counting.Maker, "is_told_by", lambda *_given: False)
        world = World(required=False)
        people: list[Person] = [("Her", "Ja", "Mat")] * 2 + [("Her", "Nei", None)] * 3
        people.append(("Her", None, None))
        numbers = [people.count(each) for each in world.kinds]
        assert (attack(world, numbers) == 0) == kept
