"""Bars drawn on the server: plain SVG attributes, no script and no style, and always a table beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 28
MOST_LABELS = 8


@dataclass(frozen=True)
class Point:
    label: str
    value: int


@dataclass(frozen=True)
class Bar:
    """One bar in the chart's own units; `tick` is its label, or empty where there is no room for one."""

    point: Point
    x: int
    y: int
    width: int
    height: int
    middle: int
    tick: str


@dataclass(frozen=True)
class Line:
    y: int
    value: int


@dataclass(frozen=True)
class BarChart:
    title: str
    points: Sequence[Point]
    bars: Sequence[Bar]
    lines: Sequence[Line]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    ground: int = HEIGHT - BOTTOM

    @property
    def total(self) -> int:
        return sum(point.value for point in self.points)


def bar_chart(title: str, points: Sequence[Point]) -> BarChart:
    """Whole, non-negative values as bars on a scale that ends at a round number."""
    top = round_up(max((point.value for point in points), default=0))
    room = HEIGHT - TOP - BOTTOM
    step = (WIDTH - LEFT - RIGHT) / max(len(points), 1)
    each = -(-len(points) // MOST_LABELS)
    bars = []
    for index, point in enumerate(points):
        height = round(room * point.value / top)
        middle = round(LEFT + step * (index + 0.5))
        width = max(round(step * 0.7), 1)
        bars.append(
            Bar(
                point=point,
                x=middle - width // 2,
                y=HEIGHT - BOTTOM - height,
                width=width,
                height=height,
                middle=middle,
                tick=point.label if index % each == 0 else "",
            )
        )
    lines = [
        Line(y=HEIGHT - BOTTOM - round(room * value / top), value=value) for value in scale_of(top)
    ]
    return BarChart(title=title, points=points, bars=bars, lines=lines)


def round_up(value: int) -> int:
    """The next of 1, 2, 4, 5, 10, 20, 40, 50, 100 … that is not below `value`."""
    size = 1
    while True:
        for step in (1, 2, 4, 5):
            if value <= step * size:
                return step * size
        size *= 10


def scale_of(top: int) -> list[int]:
    if top < 4:
        return list(range(top + 1))
    return (
        [top * quarter // 4 for quarter in range(5)]
        if top % 4 == 0
        else [0, top // 5, top * 2 // 5, top * 3 // 5, top * 4 // 5, top]
    )
