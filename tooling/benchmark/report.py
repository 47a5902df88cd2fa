"""What was measured beside what is demanded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    name: str
    measured: str
    demanded: str
    met: bool


def at_least(name: str, value: float, least: float, *, unit: str = "", detail: str = "") -> Line:
    return Line(name, _join(value, unit, detail), f"≥ {least:g}{unit}", value >= least)


def at_most(name: str, value: float, most: float, *, unit: str = "", detail: str = "") -> Line:
    return Line(name, _join(value, unit, detail), f"≤ {most:g}{unit}", value <= most)


def exactly(name: str, value: float, wanted: float, *, detail: str = "") -> Line:
    return Line(name, _join(value, "", detail), f"= {wanted:g}", value == wanted)


def _join(value: float, unit: str, detail: str) -> str:
    number = f"{value:.2f}".rstrip("0").rstrip(".") + unit
    return f"{number}  ({detail})" if detail else number


def show(line: Line) -> None:
    mark = "✓" if line.met else "✗"
    print(f"{mark} {line.name:<46} {line.demanded:>12}   {line.measured}", flush=True)
