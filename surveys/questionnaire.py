"""A survey's questions as one reader sees them, and what each kind of answer looks like.

Built once for a language and a revision, and then kept: it holds no model, asks no database and knows no
person.
"""

from dataclasses import dataclass
from functools import cached_property

from surveys.models import QuestionVersion
from surveys.sealing import STEP
from surveys.words import Said

Kind = QuestionVersion.Kind
SHORT, LONG = 200, 2000
# What one answer takes at most in an envelope, texts aside: numbers of rows, a date, signs between them.
BYTES_PER_CHOICE = 40


@dataclass(frozen=True)
class Choice:
    pk: int
    key: str
    label: Said


@dataclass(frozen=True)
class Asked:
    """One version of a question. `name` is that of its field, so an answer can't reach another version."""

    key: str
    version: int
    name: str
    number: int
    kind: Kind
    text: Said
    help: Said
    required: bool
    low: int | None
    high: int | None
    low_label: Said
    high_label: Said
    dont_know: bool
    choices: tuple[Choice, ...]
    rows: tuple[Choice, ...]
    # Pairs of a question's key and a choice's key; any of them shows this question.
    show_if: frozenset[tuple[str, str]]
    condition: str

    @property
    def steps(self) -> list[int]:
        return [] if self.low is None or self.high is None else list(range(self.low, self.high + 1))

    @property
    def most_characters(self) -> int:
        return {Kind.SHORT_TEXT: SHORT, Kind.LONG_TEXT: LONG}.get(self.kind, 0)

    def row_name(self, row: Choice) -> str:
        return f"{self.name}-{row.key}"

    def field_names(self) -> list[str]:
        return (
            [self.row_name(row) for row in self.rows] if self.kind == Kind.MATRIX else [self.name]
        )

    @property
    def bytes(self) -> int:
        """Room for the answer in an envelope; texts are compressed, so a byte for each character is enough."""
        parts = max(len(self.rows), len(self.choices) if self.kind == Kind.SEVERAL else 1, 1)
        return BYTES_PER_CHOICE * parts + self.most_characters

    @property
    def seconds(self) -> int:
        """About how long it takes to answer."""
        if self.kind == Kind.MATRIX:
            return 4 + 4 * len(self.rows)
        return {Kind.LONG_TEXT: 45, Kind.SHORT_TEXT: 15}.get(self.kind, 8)


@dataclass(frozen=True)
class Part:
    """A section."""

    title: Said
    introduction: Said
    questions: tuple[Asked, ...]


@dataclass(frozen=True)
class Questionnaire:
    parts: tuple[Part, ...]

    @cached_property
    def questions(self) -> tuple[Asked, ...]:
        return tuple(question for part in self.parts for question in part.questions)

    @cached_property
    def envelope_size(self) -> int:
        room = 64 + sum(question.bytes for question in self.questions)
        return -(-room // STEP) * STEP

    @property
    def minutes(self) -> int:
        return max(1, round(sum(question.seconds for question in self.questions) / 60))

    def part_of(self, key: str) -> int:
        """The number of the section that asks the question with this key."""
        for number, part in enumerate(self.parts):
            if any(question.key == key for question in part.questions):
                return number
        return 0
