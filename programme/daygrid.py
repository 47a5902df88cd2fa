"""A day drawn on the server as boxes by room and time: plain SVG attributes, always a table beside it. Pure.

Minutes are real ones from the first session on, so on a night when the clocks change nothing overlaps that doesn't.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from programme.clashes import Slot
from programme.clocks import written

LEFT, TOP, WIDTH = 52, 34, 168
PER_MINUTE = 1.6
# A session without an end, or a very short one, is still large enough to read and to hit.
LEAST_MINUTES = 15
LINE_EVERY = timedelta(minutes=30)
LETTER = 7.4


@dataclass(frozen=True)
class Box:
    """One session in the drawing; `overlaps` where it shares its column with another at the same time."""

    slot: Slot
    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    clock: str
    overlaps: bool
    open_ended: bool

    @property
    def text_x(self) -> int:
        return self.x + 8

    @property
    def text_y(self) -> int:
        return self.y + 15


@dataclass(frozen=True)
class Gap:
    x: int
    y: int
    width: int
    height: int
    minutes: int

    @property
    def middle(self) -> int:
        return self.y + self.height // 2 + 4


@dataclass(frozen=True)
class Line:
    y: int
    clock: str


@dataclass(frozen=True)
class Column:
    room: int | None
    name: str
    x: int
    middle: int


@dataclass(frozen=True)
class Grid:
    columns: Sequence[Column]
    lines: Sequence[Line]
    boxes: Sequence[Box]
    gaps: Sequence[Gap]
    width: int
    height: int
    left: int = LEFT
    starts_at: datetime | None = None
    per_minute: str = str(PER_MINUTE)


def draw(slots: Sequence[Slot], rooms: Sequence[tuple[int | None, str]], zone: ZoneInfo) -> Grid:
    """`rooms` are the columns in order; sessions without a room stand in that of None."""
    if not slots:
        return Grid([], [], [], [], 0, 0)
    first = floor_to_line(min(slot.starts_at for slot in slots), zone)
    last = max(until(slot) for slot in slots)
    columns = [
        Column(room, name, LEFT + index * WIDTH, LEFT + index * WIDTH + WIDTH // 2)
        for index, (room, name) in enumerate(rooms)
    ]
    place = {column.room: column for column in columns}
    boxes = []
    for room, column in place.items():
        boxes += boxes_of([slot for slot in slots if slot.room == room], column, first, zone)
    lines = []
    moment = first
    while moment <= last + LINE_EVERY:
        lines.append(Line(height_of(moment, first), written(moment, zone)))
        moment += LINE_EVERY
    return Grid(
        columns=columns,
        lines=lines,
        boxes=boxes,
        gaps=empty_times(slots, columns, first),
        width=LEFT + len(columns) * WIDTH + 4,
        height=lines[-1].y + 8,
        starts_at=first,
    )


def boxes_of(slots: Sequence[Slot], column: Column, first: datetime, zone: ZoneInfo) -> list[Box]:
    """Side by side where they overlap, so that each can be seen."""
    lanes: list[list[Slot]] = []
    lane_of: dict[int, int] = {}
    for slot in sorted(slots, key=lambda each: (each.starts_at, each.end)):
        free = next(
            (at for at, lane in enumerate(lanes) if until(lane[-1]) <= slot.starts_at), None
        )
        if free is None:
            lanes.append([])
            free = len(lanes) - 1
        lanes[free].append(slot)
        lane_of[slot.number] = free
    return [
        box_of(slot, lane_of[slot.number], group_width(slot, slots, lane_of), column, first, zone)
        for slot in slots
    ]


def group_width(slot: Slot, slots: Sequence[Slot], lane_of: dict[int, int]) -> int:
    """How many lanes the sessions have that are on together with this one, and with those."""
    together = {slot.number}
    grown = True
    while grown:
        near = {
            each.number
            for each in slots
            if each.number not in together
            and any(drawn_together(each, other) for other in slots if other.number in together)
        }
        grown = bool(near)
        together |= near
    return max(lane_of[number] for number in together) + 1


def drawn_together(one: Slot, other: Slot) -> bool:
    return one.starts_at < until(other) and other.starts_at < until(one)


def box_of(
    slot: Slot, lane: int, lanes: int, column: Column, first: datetime, zone: ZoneInfo
) -> Box:
    width = (WIDTH - 6) // lanes
    top = height_of(slot.starts_at, first)
    height = max(height_of(until(slot), first) - top - 2, 20)
    span = "–".join(written(each, zone) for each in (slot.starts_at, slot.ends_at) if each)
    room_for = max((height - 18) // 14, 0)
    letters = max(int((width - 14) / LETTER), 4)
    return Box(
        slot=slot,
        x=column.x + 3 + lane * width,
        y=top,
        width=width - 2,
        height=height,
        lines=tuple(wrapped(slot.title, letters)[:room_for]),
        clock=shortened(span if room_for else f"{span} {slot.title}", letters),
        overlaps=lanes > 1,
        open_ended=slot.ends_at is None,
    )


def empty_times(slots: Sequence[Slot], columns: Sequence[Column], first: datetime) -> list[Gap]:
    """Across all rooms: time in which nothing is planned anywhere."""
    ordered = sorted(slots, key=lambda slot: slot.starts_at)
    found = []
    reached = until(ordered[0])
    for slot in ordered[1:]:
        minutes = int((slot.starts_at - reached).total_seconds() // 60)
        if minutes >= 5:
            top = height_of(reached, first)
            height = height_of(slot.starts_at, first) - top
            found.append(Gap(LEFT, top, len(columns) * WIDTH, height, minutes))
        reached = max(reached, until(slot))
    return found


def until(slot: Slot) -> datetime:
    return slot.ends_at or slot.starts_at + timedelta(minutes=LEAST_MINUTES)


def height_of(moment: datetime, first: datetime) -> int:
    return TOP + round((moment - first).total_seconds() / 60 * PER_MINUTE)


def floor_to_line(moment: datetime, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    return moment - timedelta(
        minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond
    )


def wrapped(text: str, letters: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(shortened(word, letters))
    return lines


def shortened(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"
