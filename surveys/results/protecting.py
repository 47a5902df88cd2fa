"""Hiding numbers so that nobody can tell of any hidden group that it is small; the reasons are in docs/adr.

A number under the floor is hidden, and with it as many others as it takes. The measure is always the same:
for each hidden number there must be a possible set of answers, agreeing with everything that is shown, in
which that number is the floor or more. A reader sees which numbers are zero, so hidden ones are one at least.
"""

from collections import deque
from collections.abc import Iterator, Sequence

Place = tuple[int, int]
Table = Sequence[Sequence[int]]


def protect(counts: Sequence[int], least: int) -> list[int | None]:
    """The counts of a partition whose sum is known; None is hidden.

    Hidden counts are one at least, so each of n that are `s` together may be as many as s - n + 1.
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count < least}
    others = sorted(
        (place for place, count in enumerate(counts) if count >= least),
        key=lambda place: counts[place],
    )
    while hidden and sum(counts[place] for place in hidden) - len(hidden) + 1 < least:
        if not others:
            hidden |= set(range(len(counts)))
            break
        hidden.add(others.pop(0))
    return [None if place in hidden else count for place, count in enumerate(counts)]


def may_show(count: int, total: int, least: int) -> int | None:
    """How many of a known total; None where they, or the others, are few."""
    return None if 0 < count < least or 0 < total - count < least else count


def protect_table(table: Table, least: int) -> set[Place] | None:
    """Which cells of a table are hidden, whose sums by row and by column are known.

    None where hiding within the table is of no use, so that nothing of it may be shown.
    """
    nonzero = {(r, c) for r, row in enumerate(table) for c, count in enumerate(row) if count}
    small = [(r, c) for r, c in sorted(nonzero) if table[r][c] < least]
    hidden = set(small)
    for place in small:
        while not may_be_as_many(table, hidden, place, least):
            more = companions(table, nonzero, hidden, place)
            if not more:
                return None
            hidden |= more
    return hidden


def companions(table: Table, nonzero: set[Place], hidden: set[Place], place: Place) -> set[Place]:
    """What to hide as well: the cheapest rectangle with `place` in a corner, else the smallest number."""
    row, column = place
    rectangles = [
        {(row, c), (r, column), (r, c)} - hidden
        for r, c in nonzero
        if r != row and c != column and {(row, c), (r, column)} <= nonzero
    ]
    shown = [{each} for each in nonzero - hidden]

    def cost(cells: set[Place]) -> tuple[int, list[Place]]:
        return sum(table[r][c] for r, c in cells), sorted(cells)

    for found in ([each for each in rectangles if each], shown):
        if found:
            return min(found, key=cost)
    return set()


def may_be_as_many(table: Table, hidden: set[Place], place: Place, least: int) -> bool:
    """Whether the hidden number at `place` could be `least`, for all that sums and shown numbers tell.

    What it gains, its row and its column lose elsewhere: a flow from the row to the column, which lessens
    hidden numbers (down to one) on its way to a column and raises others (without end) on its way to a row.
    """
    spare = {cell: table[cell[0]][cell[1]] - 1 for cell in hidden if cell != place}
    wanted = least - table[place[0]][place[1]]
    while wanted > 0:
        way = find_way(spare, place)
        if way is None:
            return False
        for cell, lessened in way:
            spare[cell] += -1 if lessened else 1
        wanted -= 1
    return True


def find_way(spare: dict[Place, int], place: Place) -> list[tuple[Place, bool]] | None:
    """Cells from the row of `place` to its column, each with whether it is lessened by one."""
    start, end = ("row", place[0]), ("column", place[1])
    came: dict[tuple[str, int], tuple[tuple[str, int], tuple[Place, bool]] | None] = {start: None}
    line = deque([start])
    while line and end not in came:
        here = line.popleft()
        for there, step in steps(spare, here):
            if there not in came:
                came[there] = (here, step)
                line.append(there)
    if end not in came:
        return None
    way: list[tuple[Place, bool]] = []
    at = came[end]
    while at is not None:
        way.append(at[1])
        at = came[at[0]]
    return way


def steps(
    spare: dict[Place, int], here: tuple[str, int]
) -> Iterator[tuple[tuple[str, int], tuple[Place, bool]]]:
    kind, number = here
    for (row, column), left in spare.items():
        if kind == "row" and row == number and left > 0:
            yield ("column", column), ((row, column), True)
        elif kind == "column" and column == number:
            yield ("row", row), ((row, column), False)
