"""An answer sheet: what someone has filled in, read against the questionnaire."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network.validators import validate_plain_text
from surveys.questionnaire import Asked, Choice, Kind, Part, Questionnaire
from surveys.validators import date_in, number_in

DONT_KNOW = "dont-know"
Typed = Mapping[str, list[str]]


@dataclass(frozen=True)
class Given:
    """One answer, as it will be one row; the numbers are those of rows in the questionnaire."""

    version: int
    option: int | None = None
    row: int | None = None
    number: Decimal | None = None
    day: date | None = None
    text: str = ""
    dont_know: bool = False

    def packed(self) -> list[Any]:
        number = None if self.number is None else str(self.number)
        day = None if self.day is None else self.day.isoformat()
        return [self.version, self.option, self.row, number, day, self.text, int(self.dont_know)]

    @classmethod
    def unpacked(cls, values: list[Any]) -> "Given":
        version, option, row, number, day, text, dont_know = values
        return cls(
            version,
            option,
            row,
            None if number is None else Decimal(number),
            None if day is None else date.fromisoformat(day),
            text,
            bool(dont_know),
        )


def pack(answers: Iterable[Given]) -> bytes:
    rows = [answer.packed() for answer in answers]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def unpack(content: bytes) -> list[Given]:
    return [Given.unpacked(values) for values in json.loads(content)]


@dataclass
class Line:
    """A question with what was typed into it."""

    asked: Asked
    typed: dict[str, list[str]]
    applies: bool
    error: str = ""
    given: list[Given] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.asked.name

    @property
    def first_control(self) -> str:
        """Where the link of the error summary leads."""
        kind = self.asked.kind
        if kind in {Kind.ONE, Kind.SEVERAL, Kind.SCALE, Kind.RECOMMEND}:
            return f"{self.id}_0"
        return f"{self.asked.row_name(self.asked.rows[0])}_0" if self.asked.rows else self.id

    def values(self, name: str = "") -> list[str]:
        return self.typed.get(name or self.asked.name, [])

    @property
    def value(self) -> str:
        return next(iter(self.values()), "")

    @property
    def matrix(self) -> list[tuple[Choice, str, list[str]]]:
        """Each row of a table of choices with its field and what was chosen in it."""
        names = [(row, self.asked.row_name(row)) for row in self.asked.rows]
        return [(row, name, self.values(name)) for row, name in names]

    def in_words(self) -> list[str]:
        """What was answered, for the review."""
        labels = {
            choice.pk: choice.label.text for choice in (*self.asked.choices, *self.asked.rows)
        }
        told = []
        for each in self.given:
            answer = _("Don't know") if each.dont_know else ""
            if each.option is not None:
                answer = labels[each.option]
            elif each.number is not None:
                answer = number_in_words(each.number)
            elif each.day is not None:
                answer = date_format(each.day, "j. F Y").lower()
            told.append(f"{labels[each.row]}: {answer}" if each.row else answer or each.text)
        return told


def number_in_words(number: Decimal) -> str:
    return number_format(f"{number.normalize():f}")


@dataclass
class Sheet:
    questionnaire: Questionnaire
    lines: dict[str, Line]
    # Fields of questions that have been changed since the page was fetched.
    outdated: bool = False

    @property
    def errors(self) -> list[Line]:
        return [line for line in self.lines.values() if line.error]

    def given(self) -> list[Given]:
        return [answer for line in self.lines.values() for answer in line.given]

    def of(self, part: Part) -> list[Line]:
        return [self.lines[question.key] for question in part.questions]

    def errors_on(self, parts: Iterable[Part]) -> list[Line]:
        return [line for part in parts for line in self.of(part) if line.error]

    def typed(self) -> dict[str, list[str]]:
        """Everything that was typed into fields that are there, also where it doesn't apply."""
        return {
            name: values
            for line in self.lines.values()
            for name, values in line.typed.items()
            if values
        }

    def elsewhere(self, parts: Iterable[Part]) -> list[tuple[str, str]]:
        """What a page carries along, unseen, of the questions that stand on others."""
        shown = {question.key for part in parts for question in part.questions}
        return [
            (name, value)
            for key, line in self.lines.items()
            if key not in shown
            for name, values in line.typed.items()
            for value in values
        ]

    def forget_errors(self) -> None:
        for line in self.lines.values():
            line.error = ""

    def applies(self, part: Part) -> bool:
        return any(line.applies for line in self.of(part))

    @property
    def answered(self) -> int:
        return sum(bool(line.given) for line in self.lines.values())


def read(questionnaire: Questionnaire, typed: Typed) -> Sheet:
    """What was typed, question by question; what doesn't apply is kept as typed but answers nothing."""
    lines: dict[str, Line] = {}
    chosen: set[tuple[str, str]] = set()
    known = {name for question in questionnaire.questions for name in question.field_names()}
    for question in questionnaire.questions:
        fields = {name: typed.get(name, []) for name in question.field_names()}
        applies = not question.show_if or bool(question.show_if & chosen)
        line = Line(question, fields, applies)
        if applies:
            read_line(line)
            keys = {choice.pk: choice.key for choice in question.choices}
            chosen |= {(question.key, keys[each.option]) for each in line.given if each.option}
        lines[question.key] = line
    outdated = any(looks_like_a_field(name) and name not in known for name in typed)
    return Sheet(questionnaire, lines, outdated)


def looks_like_a_field(name: str) -> bool:
    """q0123456789abv2, with a row's key behind it in a table."""
    head, _v, number = name.partition("-")[0].rpartition("v")
    return head.startswith("q") and len(head) == 13 and number.isdigit()


def read_line(line: Line) -> None:
    asked = line.asked
    try:
        line.given = list(READERS[asked.kind](line))
    except (ValueError, ValidationError) as error:
        line.error = error.messages[0] if isinstance(error, ValidationError) else str(error)
        return
    if asked.required and not line.given:
        line.error = missing(asked)


def missing(asked: Asked) -> str:
    if asked.kind in {Kind.ONE, Kind.SCALE, Kind.RECOMMEND}:
        return _("Choose an answer.")
    if asked.kind == Kind.SEVERAL:
        return _("Choose at least one answer.")
    if asked.kind == Kind.MATRIX:
        return _("Choose an answer in each row.")
    return _("Write an answer.")


def find_choice(choices: Iterable[Choice], key: str) -> Choice:
    for choice in choices:
        if choice.key == key:
            return choice
    raise ValueError(_("Choose one of the answers in the list."))


def read_one(line: Line) -> Iterator[Given]:
    for key in line.values()[:1]:
        yield chosen_or_unknown(line.asked, key)


def chosen_or_unknown(asked: Asked, key: str, row: int | None = None) -> Given:
    if key == DONT_KNOW and asked.dont_know:
        return Given(asked.version, row=row, dont_know=True)
    return Given(asked.version, option=find_choice(asked.choices, key).pk, row=row)


def read_several(line: Line) -> Iterator[Given]:
    keys = dict.fromkeys(line.values())
    if DONT_KNOW in keys and line.asked.dont_know:
        if len(keys) > 1:
            raise ValueError(_("Choose answers, or “don't know”, but not both."))
        yield Given(line.asked.version, dont_know=True)
        return
    for key in keys:
        yield Given(line.asked.version, option=find_choice(line.asked.choices, key).pk)


def read_matrix(line: Line) -> Iterator[Given]:
    answered = 0
    for row in line.asked.rows:
        for key in line.values(line.asked.row_name(row))[:1]:
            answered += 1
            yield chosen_or_unknown(line.asked, key, row.pk)
    if line.asked.required and 0 < answered < len(line.asked.rows):
        raise ValueError(missing(line.asked))


def read_scale(line: Line) -> Iterator[Given]:
    asked = line.asked
    for value in line.values()[:1]:
        if value == DONT_KNOW and asked.dont_know:
            yield Given(asked.version, dont_know=True)
        elif value in {str(step) for step in asked.steps}:
            yield Given(asked.version, number=Decimal(value))
        else:
            raise ValueError(_("Choose one of the answers in the list."))


def read_number(line: Line) -> Iterator[Given]:
    text = line.value.strip()
    if not text:
        return
    number = number_in(text)
    low, high = line.asked.low, line.asked.high
    if low is not None and number < low:
        raise ValueError(_("Write a number that is at least %(low)d.") % {"low": low})
    if high is not None and number > high:
        raise ValueError(_("Write a number that is at most %(high)d.") % {"high": high})
    yield Given(line.asked.version, number=number)


def read_date(line: Line) -> Iterator[Given]:
    if line.value.strip():
        yield Given(line.asked.version, day=date_in(line.value))


def read_text(line: Line) -> Iterator[Given]:
    text = line.value.replace("\r\n", "\n").strip()
    if not text:
        return
    most = line.asked.most_characters
    if len(text) > most:
        raise ValueError(
            ngettext(
                "The text is %(count)d character too long.",
                "The text is %(count)d characters too long.",
                len(text) - most,
            )
            % {"count": len(text) - most}
        )
    validate_plain_text(text)
    yield Given(line.asked.version, text=text)


READERS: dict[Kind, Callable[[Line], Iterator[Given]]] = {
    Kind.ONE: read_one,
    Kind.SEVERAL: read_several,
    Kind.SCALE: read_scale,
    Kind.RECOMMEND: read_scale,
    Kind.MATRIX: read_matrix,
    Kind.NUMBER: read_number,
    Kind.DATE: read_date,
    Kind.SHORT_TEXT: read_text,
    Kind.LONG_TEXT: read_text,
}
