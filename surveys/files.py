"""A questionnaire as a file: what it looks like, and how a foreign one is read without trusting it."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from surveys.errors import SurveyError
from surveys.models import Option, QuestionVersion, Survey
from surveys.words import Words, tidied, validate_words

Kind = QuestionVersion.Kind
FORMAT, EDITION = "recovery-network-questionnaire", 1
MOST_BYTES = 500_000
MOST_SECTIONS, MOST_QUESTIONS, MOST_CHOICES = 30, 100, 40
LOWEST_STEP, HIGHEST_STEP = 0, 10
MOST_END = 30_000


@dataclass(frozen=True)
class ChoicePlan:
    id: str
    label: Words
    role: str = Option.Role.CHOICE
    # What it has in common with its copies in other surveys.
    origin: str = field(default="", compare=False)


@dataclass(frozen=True)
class QuestionPlan:
    """What one question asks. `show_if` names questions and choices by their ids in the same file."""

    id: str
    kind: str
    text: Words
    help: Words
    required: bool
    low: int | None
    high: int | None
    low_label: Words
    high_label: Words
    dont_know: bool
    options: tuple[ChoicePlan, ...]
    show_if: tuple[tuple[str, str], ...] = ()
    origin: str = field(default="", compare=False)


@dataclass(frozen=True)
class SectionPlan:
    title: Words
    introduction: Words
    questions: tuple[QuestionPlan, ...]


@dataclass(frozen=True)
class Plan:
    title: Words
    introduction: Words
    thanks: Words
    layout: str
    sections: tuple[SectionPlan, ...]


def refuse(where: str, what: str) -> SurveyError:
    return SurveyError(f"{where}: {what}" if where else what, code="file")


def from_bytes(content: bytes) -> Plan:
    """The plan in an uploaded file. Raises SurveyError with a sentence that says where it is wrong."""
    if len(content) > MOST_BYTES:
        raise refuse("", _("The file is too large to be a questionnaire."))
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_constant=not_a_number)
    except (ValueError, RecursionError) as error:
        raise refuse("", _("The file is not a questionnaire: it can't be read as JSON.")) from error
    return parse(data)


def not_a_number(name: str) -> None:
    raise ValueError(name)


def parse(data: Any) -> Plan:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise refuse("", _("The file is not a questionnaire of this site."))
    if data.get("version") != EDITION:
        raise refuse("", _("The file is of a version that this site doesn't know."))
    layout = data.get("layout", Survey.Layout.ONE_PAGE)
    if layout not in Survey.Layout.values:
        raise refuse("layout", _("There is no such layout."))
    sections = rows(data, "sections", "", most=MOST_SECTIONS)
    plan = Plan(
        title=words(data, "title", "", needed=True),
        introduction=words(data, "introduction", ""),
        thanks=words(data, "thanks", ""),
        layout=layout,
        sections=tuple(
            section(each, f"sections {number}") for number, each in enumerate(sections, start=1)
        ),
    )
    check_whole(plan)
    return plan


def check_whole(plan: Plan) -> None:
    """Ids are unique, conditions name what stands before them, and it isn't too long to answer."""
    seen: dict[str, set[str]] = {}
    for part in plan.sections:
        for question in part.questions:
            where = question.id
            if question.id in seen:
                raise refuse(where, _("Two questions have the same id."))
            for asked, choice in question.show_if:
                if choice not in seen.get(asked, set()):
                    raise refuse(where, _("It depends on an answer that doesn't stand before it."))
            seen[question.id] = {
                each.id
                for each in question.options
                if each.role == Option.Role.CHOICE and question.kind in {Kind.ONE, Kind.SEVERAL}
            }
    if len(seen) > MOST_QUESTIONS:
        raise refuse("", _("There are more than %(count)d questions.") % {"count": MOST_QUESTIONS})


def section(data: Any, where: str) -> SectionPlan:
    if not isinstance(data, dict):
        raise refuse(where, _("This should be a section."))
    questions = rows(data, "questions", where, most=MOST_QUESTIONS)
    return SectionPlan(
        title=words(data, "title", where),
        introduction=words(data, "introduction", where),
        questions=tuple(
            question(each, f"{where}, questions {number}")
            for number, each in enumerate(questions, start=1)
        ),
    )


def question(data: Any, where: str) -> QuestionPlan:
    if not isinstance(data, dict):
        raise refuse(where, _("This should be a question."))
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in Kind.values:
        raise refuse(where, _("There is no such kind of question."))
    low, high = ends(data, kind, where)
    options = (
        *choices(data, "choices", Option.Role.CHOICE, where),
        *choices(data, "rows", Option.Role.ROW, where),
    )
    check_options(kind, options, where)
    conditions = rows(data, "show_if", where, most=MOST_CHOICES)
    return QuestionPlan(
        id=identity(data, where),
        kind=kind,
        text=words(data, "text", where, needed=True),
        help=words(data, "help", where),
        required=flag(data, "required", where),
        low=low,
        high=high,
        low_label=words(data, "low_label", where),
        high_label=words(data, "high_label", where),
        dont_know=flag(data, "dont_know", where),
        options=options,
        show_if=tuple(condition(each, where) for each in conditions),
        origin=origin(data, where),
    )


def condition(data: Any, where: str) -> tuple[str, str]:
    if not isinstance(data, dict):
        raise refuse(where, _("A condition names a question and a choice."))
    asked, choice = data.get("question"), data.get("choice")
    if not isinstance(asked, str) or not isinstance(choice, str):
        raise refuse(where, _("A condition names a question and a choice."))
    return asked, choice


def check_options(kind: str, options: tuple[ChoicePlan, ...], where: str) -> None:
    roles = [each.role for each in options]
    if len({each.id for each in options}) < len(options):
        raise refuse(where, _("Two choices have the same id."))
    if kind in QuestionVersion.CHOICES and roles.count(Option.Role.CHOICE) < 2:
        raise refuse(where, _("Give at least two choices."))
    if kind not in QuestionVersion.CHOICES and options:
        raise refuse(where, _("This kind of question has no choices."))
    if (kind == Kind.MATRIX) != (Option.Role.ROW in roles):
        raise refuse(where, _("A table of choices has rows, and no other kind has."))


def ends(data: dict[str, Any], kind: str, where: str) -> tuple[int | None, int | None]:
    if kind == Kind.RECOMMEND:
        return 0, 10
    low, high = whole(data, "low", where), whole(data, "high", where)
    if kind == Kind.SCALE:
        low, high = (1 if low is None else low), (5 if high is None else high)
        if not LOWEST_STEP <= low < high <= HIGHEST_STEP:
            raise refuse(where, _("A scale goes from 0 or more up to 10 at most."))
        return low, high
    if kind != Kind.NUMBER:
        return None, None
    if low is not None and high is not None and low >= high:
        raise refuse(where, _("The highest must be above the lowest."))
    return low, high


def whole(data: dict[str, Any], name: str, where: str) -> int | None:
    value = data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST_END:
        raise refuse(where, _("%(name)s should be a whole number.") % {"name": name})
    return value


def flag(data: dict[str, Any], name: str, where: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise refuse(where, _("%(name)s should be true or false.") % {"name": name})
    return value


def identity(data: dict[str, Any], where: str) -> str:
    value = data.get("id")
    if not isinstance(value, str) or not 0 < len(value) <= 40 or not value.isprintable():
        raise refuse(where, _("An id is a short text."))
    return value


def origin(data: dict[str, Any], where: str) -> str:
    """The id that this has in common with its copies in other surveys; its own unless the file tells another."""
    return identity({"id": data["same_as"]} if "same_as" in data else data, where)


def choices(data: dict[str, Any], name: str, role: str, where: str) -> tuple[ChoicePlan, ...]:
    return tuple(
        ChoicePlan(
            identity(each, f"{where}, {name}"),
            words(each, "text", f"{where}, {name}", needed=True),
            role,
            origin(each, f"{where}, {name}"),
        )
        if isinstance(each, dict)
        else stop(f"{where}, {name}")
        for each in rows(data, name, where, most=MOST_CHOICES)
    )


def stop(where: str) -> ChoicePlan:
    raise refuse(where, _("This should be a choice."))


def rows(data: dict[str, Any], name: str, where: str, *, most: int) -> list[Any]:
    found = data.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise refuse(
            f"{where}, {name}".strip(", "),
            _("This should be a list of at most %(count)d.") % {"count": most},
        )
    return found


def words(data: dict[str, Any], name: str, where: str, *, needed: bool = False) -> Words:
    found = data.get(name, {})
    at = f"{where}, {name}".strip(", ")
    try:
        validate_words(found)
    except ValidationError as error:
        raise refuse(at, error.messages[0]) from error
    told = tidied(found)
    if needed and not told:
        raise refuse(at, _("The text is missing."))
    return told


# --- Writing ---------------------------------------------------------------------------------


def to_data(plan: Plan) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": EDITION,
        "title": plan.title,
        "introduction": plan.introduction,
        "thanks": plan.thanks,
        "layout": plan.layout,
        "sections": [
            {
                "title": part.title,
                "introduction": part.introduction,
                "questions": [question_data(each) for each in part.questions],
            }
            for part in plan.sections
        ],
    }


def question_data(plan: QuestionPlan) -> dict[str, Any]:
    """Only what the question has, so that the file can be read by people."""
    told: dict[str, Any] = {"id": plan.id, "kind": plan.kind, "text": plan.text}
    optional = {
        "same_as": plan.origin,
        "help": plan.help,
        "required": plan.required,
        "low_label": plan.low_label,
        "high_label": plan.high_label,
        "dont_know": plan.dont_know,
        "choices": option_data(plan, Option.Role.CHOICE),
        "rows": option_data(plan, Option.Role.ROW),
        "show_if": [{"question": asked, "choice": choice} for asked, choice in plan.show_if],
    }
    told |= {name: value for name, value in optional.items() if value}
    if plan.kind in {Kind.SCALE, Kind.NUMBER}:
        told |= {"low": plan.low, "high": plan.high}
    return told


def option_data(plan: QuestionPlan, role: str) -> list[dict[str, Any]]:
    return [
        {"id": each.id, "text": each.label} | ({"same_as": each.origin} if each.origin else {})
        for each in plan.options
        if each.role == role
    ]


def to_bytes(plan: Plan) -> bytes:
    return json.dumps(to_data(plan), ensure_ascii=False, indent=1).encode()
