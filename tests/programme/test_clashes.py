"""What an organiser is warned of; pure, so that each rule is seen alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programme import daygrid
from programme.clashes import Bounds, Kind, Person, Slot, find

OSLO = ZoneInfo("Europe/Oslo")
KARI, OLA = Person(1, "Kari"), Person(2, "Ola")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2031, 1, 15, hour, minute, tzinfo=UTC)


DAY = Bounds(at(8), at(16))
A = Slot(1, "A", at(8), at(9))
B = Slot(2, "B", at(9), at(10))


def kinds(*slots: Slot, bounds: Bounds = DAY) -> list[tuple[Kind, list[int]]]:
    return [(clash.kind, [slot.number for slot in clash.slots]) for clash in find(slots, bounds)]


def test_a_plain_day_has_no_clash() -> None:
    assert kinds() == []
    assert kinds(replace(A, room=1, people=(KARI,)), replace(B, room=1, people=(KARI,))) == []


@pytest.mark.parametrize(
    ("second", "meets"),
    [
        (replace(B, starts_at=at(8, 59)), True),
        (replace(B, starts_at=at(8), ends_at=None), True),
        (replace(B, starts_at=at(8, 30), ends_at=None), True),
        (B, False),
        (replace(B, starts_at=at(9), ends_at=None), False),
    ],
)
def test_one_room_is_taken_twice(second: Slot, meets: bool) -> None:
    found = kinds(replace(A, room=1), replace(second, room=1))
    assert any(kind is Kind.ROOM for kind, _slots in found) == meets
    assert Kind.ROOM not in [
        kind for kind, _slots in kinds(replace(A, room=1), replace(second, room=2))
    ]
    assert Kind.ROOM not in [kind for kind, _slots in kinds(A, second)]


def test_one_person_is_in_two_places() -> None:
    early = replace(B, starts_at=at(8, 30))
    assert kinds(replace(A, people=(KARI,)), replace(early, people=(OLA,))) == []
    assert kinds(replace(A, people=(KARI, OLA)), replace(early, people=(KARI,))) == [
        (Kind.PERSON, [1, 2])
    ]
    (clash,) = find([replace(A, people=(KARI,)), replace(early, people=(KARI,))], DAY)
    assert clash.person == KARI


def test_who_facilitates_is_told_apart() -> None:
    early = replace(B, starts_at=at(8, 30), people=(replace(KARI, facilitates=True),))
    assert kinds(replace(A, people=(KARI,)), early) == [(Kind.FACILITATOR, [1, 2])]


def test_more_seats_than_chairs() -> None:
    small = replace(A, room=1, room_holds=20)
    assert kinds(replace(small, seats=21)) == [(Kind.CAPACITY, [1])]
    assert kinds(replace(small, seats=20)) == []
    assert kinds(replace(small, room_holds=None, seats=500)) == []


def test_what_nothing_is_beside_is_for_everyone() -> None:
    small = replace(A, room=1, room_holds=20)
    many = replace(DAY, people=300)
    assert kinds(small, bounds=many) == [(Kind.CAPACITY, [1])]
    assert kinds(small, replace(B, starts_at=at(8), room=2), bounds=many) == []
    assert kinds(small, bounds=replace(DAY, people=20)) == []


@pytest.mark.parametrize(
    ("slot", "out"),
    [
        (replace(A, starts_at=at(7, 59)), True),
        (replace(A, starts_at=at(15), ends_at=at(16, 1)), True),
        (replace(A, starts_at=at(15), ends_at=at(16)), False),
        (replace(A, starts_at=at(16), ends_at=None), False),
        (replace(A, starts_at=at(8) + timedelta(days=1), ends_at=None), True),
    ],
)
def test_outside_the_gathering(slot: Slot, out: bool) -> None:
    assert kinds(slot) == ([(Kind.OUTSIDE, [1])] if out else [])


def test_an_end_is_missing_where_something_follows() -> None:
    open_ended = replace(A, ends_at=None)
    assert kinds(open_ended) == []
    assert kinds(open_ended, B) == [(Kind.NO_END, [1, 2])]
    next_day = replace(B, starts_at=at(8) + timedelta(days=1), ends_at=None)
    assert Kind.NO_END not in [kind for kind, _slots in kinds(open_ended, next_day)]


def test_time_with_nothing_in_it() -> None:
    late = replace(B, starts_at=at(9, 20))
    assert kinds(A, late) == [(Kind.GAP, [1, 2])]
    assert find([A, late], DAY)[0].minutes == 20
    assert kinds(A, replace(B, starts_at=at(9, 4))) == []
    assert kinds(A, late, replace(B, number=3)) == []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 600), st.integers(0, 180), st.integers(0, 2), st.booleans()),
        max_size=12,
    )
)
def test_any_day_is_judged_and_drawn(rows: list[tuple[int, int, int, bool]]) -> None:
    """What the warnings call a room taken twice is drawn side by side, and every session is drawn once."""
    slots = [
        Slot(
            number=number,
            title=f"Økt {number}",
            starts_at=at(0) + timedelta(minutes=start),
            ends_at=None if endless else at(0) + timedelta(minutes=start + length + 1),
            room=room,
        )
        for number, (start, length, room, endless) in enumerate(rows)
    ]
    taken_twice = {
        slot.number for clash in find(slots, DAY) if clash.kind is Kind.ROOM for slot in clash.slots
    }
    grid = daygrid.draw(slots, [(room, f"Rom {room}") for room in range(3)], OSLO)
    assert sorted(box.slot.number for box in grid.boxes) == [slot.number for slot in slots]
    overlapping = {box.slot.number for box in grid.boxes if box.overlaps}
    assert taken_twice <= overlapping
    for box in grid.boxes:
        assert 0 <= box.x < box.x + box.width <= grid.width
        assert 0 <= box.y < box.y + box.height <= grid.height + 20


def test_an_empty_day_is_not_drawn() -> None:
    assert daygrid.draw([], [], OSLO).boxes == []


def test_a_gap_is_drawn_where_nothing_is_planned() -> None:
    grid = daygrid.draw([A, replace(B, starts_at=at(9, 20))], [(None, "Uten rom")], OSLO)
    assert [gap.minutes for gap in grid.gaps] == [20]
    first, second = grid.boxes
    assert first.y + first.height <= grid.gaps[0].y
    assert grid.gaps[0].y + grid.gaps[0].height == second.y
