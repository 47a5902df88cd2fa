import pytest

from recovery_network.charts import HEIGHT, Point, bar_chart, round_up, scale_of


@pytest.mark.parametrize(
    ("value", "top"),
    [(0, 1), (1, 1), (3, 4), (6, 10), (10, 10), (11, 20), (41, 50), (101, 200), (999, 1000)],
)
def test_scale_ends_at_the_next_round_number(value: int, top: int) -> None:
    assert round_up(value) == top


@pytest.mark.parametrize(
    ("top", "scale"),
    [
        (1, [0, 1]),
        (2, [0, 1, 2]),
        (4, [0, 1, 2, 3, 4]),
        (10, [0, 2, 4, 6, 8, 10]),
        (20, [0, 5, 10, 15, 20]),
    ],
)
def test_scale_has_whole_steps(top: int, scale: list[int]) -> None:
    assert scale_of(top) == scale


def test_bars_are_in_proportion_and_stand_on_the_ground() -> None:
    chart = bar_chart("Tall", [Point("a", 10), Point("b", 5), Point("c", 0)])
    assert [bar.height for bar in chart.bars] == [180, 90, 0]
    assert {bar.y + bar.height for bar in chart.bars} == {chart.ground}
    assert all(0 <= bar.y <= HEIGHT for bar in chart.bars)
    assert chart.total == 15


def test_many_bars_get_few_labels() -> None:
    chart = bar_chart("Tall", [Point(str(number), 1) for number in range(31)])
    assert [bar.tick for bar in chart.bars if bar.tick] == [
        "0",
        "4",
        "8",
        "12",
        "16",
        "20",
        "24",
        "28",
    ]


def test_nothing_is_no_error() -> None:
    assert bar_chart("Tall", []).bars == []
