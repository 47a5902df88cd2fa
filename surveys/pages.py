"""The steps of answering: pages with questions, the review, and what each shows."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recovery_network.pages import render_for_everyone
from surveys import stored
from surveys.guards import TRAP
from surveys.models import Invitation, Survey
from surveys.queries import minutes_in_words
from surveys.questionnaire import Part, Questionnaire
from surveys.sheets import Line, Sheet
from surveys.words import say


@dataclass(frozen=True)
class Step:
    """One page of the form, with the sections that stand on it."""

    number: int
    parts: tuple[Part, ...]


def steps_of(survey: Survey, questionnaire: Questionnaire) -> list[Step]:
    if survey.layout == Survey.Layout.ONE_PAGE:
        return [Step(0, questionnaire.parts)]
    return [Step(number, (part,)) for number, part in enumerate(questionnaire.parts)]


@dataclass
class Desk:
    """Where someone answers: the survey, its questions, and the personal link if there is one."""

    survey: Survey
    questionnaire: Questionnaire
    page: str = ""
    number: uuid.UUID | None = None
    invitation: Invitation | None = None
    preview: bool = False
    steps: list[Step] = field(init=False)

    def __post_init__(self) -> None:
        self.steps = steps_of(self.survey, self.questionnaire)

    def step(self, number: object) -> Step:
        text = str(number)
        found = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
        return self.steps[min(found, len(self.steps) - 1)]

    def neighbour(self, step: Step, sheet: Sheet, by: int) -> Step | None:
        """The next step, or the one before, that has a question for this person."""
        number = step.number + by
        while 0 <= number < len(self.steps):
            if any(sheet.applies(part) for part in self.steps[number].parts):
                return self.steps[number]
            number += by
        return None

    def context(self) -> dict[str, Any]:
        return {
            "survey": self.survey,
            "title": say(self.survey.title),
            "introduction": say(self.survey.introduction),
            "box": stored.box(self.survey.mode),
            "minutes": minutes_in_words(self.questionnaire.minutes),
            "page": self.page,
            "trap": TRAP,
            "by_link": self.invitation is not None,
            "preview": self.preview,
        }


def step_page(
    request: HttpRequest,
    desk: Desk,
    step: Step,
    sheet: Sheet,
    *,
    notice: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    shown = [
        {"part": part, "lines": [(line, explained(line, step, sheet)) for line in lines]}
        for part in step.parts
        if (lines := [line for line in sheet.of(part) if is_shown(line, step)])
    ]
    before, after = desk.neighbour(step, sheet, -1), desk.neighbour(step, sheet, 1)
    context = {
        **desk.context(),
        "step": step,
        "shown": shown,
        "errors": sheet.errors_on(step.parts),
        "carried": sheet.elsewhere(step.parts),
        "first": before is None,
        "last": after is None,
        "progress": progress(desk, step, sheet),
        "notice": notice,
    }
    return render_for_everyone(request, "surveys/answer.html", context, status=status)


def asked_elsewhere(line: Line, step: Step) -> bool:
    """Whether what the question depends on was asked on another page, so that it is known already."""
    here = {question.key for part in step.parts for question in part.questions}
    return not any(key in here for key, _choice in line.asked.show_if)


def is_shown(line: Line, step: Step) -> bool:
    return line.applies or not asked_elsewhere(line, step)


def explained(line: Line, step: Step, sheet: Sheet) -> str:
    """The condition in words, where the person must judge it themselves."""
    return "" if asked_elsewhere(line, step) else line.asked.condition


def progress(desk: Desk, step: Step, sheet: Sheet) -> str:
    if len(desk.steps) == 1:
        count = len(desk.questionnaire.questions)
        return ngettext("%(count)d question", "%(count)d questions", count) % {"count": count}
    return _("Part %(number)d of %(total)d. You have answered %(answered)d of %(questions)d.") % {
        "number": step.number + 1,
        "total": len(desk.steps),
        "answered": sheet.answered,
        "questions": len(desk.questionnaire.questions),
    }


def review_page(
    request: HttpRequest, desk: Desk, sheet: Sheet, *, notice: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {
        **desk.context(),
        "reviewed": [
            (step, [line for part in step.parts for line in sheet.of(part) if line.applies])
            for step in desk.steps
        ],
        "carried": sheet.elsewhere(()),
        "notice": notice,
    }
    return render_for_everyone(request, "surveys/review.html", context, status=status)


def told_page(
    request: HttpRequest,
    template: str,
    survey: Survey,
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    """A page about a survey that shows no form: closed, not open yet, answered already, thanks."""
    context: Mapping[str, Any] = {
        "survey": survey,
        "title": say(survey.title),
        "opening": survey.opening(),
        "published": survey.has_published(),
        **more,
    }
    return render_for_everyone(request, template, dict(context), status=status)
