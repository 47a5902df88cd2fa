"""The builder: sections and questions in their order, each changed on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from recovery_network.admin_base import staff
from recovery_network.i18n import localised
from surveys.actions import building
from surveys.errors import SurveyError
from surveys.files import ChoicePlan, QuestionPlan
from surveys.forms import FileForm, QuestionForm, SectionForm, option_forms
from surveys.library import LIBRARY
from surveys.models import Option, Question, QuestionVersion, Section, Survey
from surveys.queries import minutes_in_words, read_questionnaire
from surveys.words import missing, say

Kind = QuestionVersion.Kind


@dataclass(frozen=True)
class Shown:
    """A question in the list of the builder."""

    question: Question
    version: QuestionVersion
    text: str
    kind: str
    condition: str
    answered: bool


def gaps(survey: Survey) -> list[str]:
    """Which texts lack which languages, in words."""
    found: list[str] = []

    def look(what: str, words: dict[str, str]) -> None:
        if lacking := missing(words):
            names = ", ".join(str(settings.LANGUAGE_NAMES[code]) for code in lacking)
            found.append(f"{what}: {names}")

    for label, words in (
        (_("Title"), survey.title),
        (_("Introduction"), survey.introduction),
        (_("What happens next"), survey.thanks),
    ):
        look(label, words)
    number = 0
    for section in survey.sections.prefetch_related("questions__versions__options"):
        look(_("Section “%(title)s”") % {"title": section}, section.title)
        look(_("Section “%(title)s”, introduction") % {"title": section}, section.introduction)
        for question in section.questions.all():
            if question.retired:
                continue
            number += 1
            version = max(question.versions.all(), key=lambda each: each.number)
            name = _("Question %(number)d") % {"number": number}
            for part, words in (
                (_("question"), version.text),
                (_("help"), version.help),
                (_("what the lowest means"), version.low_label),
                (_("what the highest means"), version.high_label),
            ):
                look(f"{name}, {part}", words)
            for option in version.options.all():
                look(f"{name}, “{option}”", option.label)
    return found


def shown_sections(survey: Survey) -> list[tuple[Section, list[Shown]]]:
    asked = {
        question.key: question
        for part in read_questionnaire(survey).parts
        for question in part.questions
    }
    answered = set(
        QuestionVersion.objects.filter(
            question__section__survey=survey, answers__isnull=False
        ).values_list("question", flat=True)
    )
    sections = survey.sections.prefetch_related("questions__versions")
    rows = []
    for section in sections:
        questions = []
        for question in section.questions.all():
            version = max(question.versions.all(), key=lambda each: each.number)
            known = asked.get(question.key)
            questions.append(
                Shown(
                    question,
                    version,
                    say(version.text).text,
                    str(version.get_kind_display()),
                    known.condition if known else "",
                    question.pk in answered,
                )
            )
        rows.append((section, questions))
    return rows


class QuestionPages:
    """Mixed into the admin of surveys."""

    survey_or_404: Callable[[HttpRequest, str], Survey]
    page: Callable[..., HttpResponse]
    message_user: Callable[..., None]

    def questions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        survey = self.survey_or_404(request, object_id)
        do = request.POST.get("do", "")
        form = FileForm(request.POST, request.FILES) if do == "import" else FileForm()
        if request.method == "POST":
            try:
                done = self.build(request, survey, do, form)
            except SurveyError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
                done = True
            if done:
                return redirect(f"{self.here(survey)}#questions")
        return self.page(
            request,
            "questions",
            survey,
            _("Questions"),
            sections=shown_sections(survey),
            kinds=Kind.choices,
            library=[(name, ready.title_in_words()) for name, ready in LIBRARY.items()],
            form=form,
            gaps=gaps(survey),
            minutes=minutes_in_words(read_questionnaire(survey).minutes),
            previews=previews(survey),
        )

    @staticmethod
    def here(survey: Survey) -> str:
        return reverse("admin:surveys_survey_questions", args=[survey.pk])

    def build(self, request: HttpRequest, survey: Survey, do: str, form: FileForm) -> bool:
        """Does what a button says, such as "up:question:12"; False where the form must be mended."""
        by = staff(request)
        if do == "import":
            if not form.is_valid():
                return False
            building.put_in(survey=survey, plan=form.cleaned_data["file"], by=by)
            self.message_user(request, _("The questions of the file are added."), messages.SUCCESS)
            return True
        if do == "library":
            ready = LIBRARY.get(request.POST.get("ready", ""))
            if ready is None:
                raise Http404
            building.put_in(survey=survey, plan=ready.plan(), by=by)
            return True
        verb, _colon, rest = do.partition(":")
        what, _colon, number = rest.partition(":")
        if what == "question":
            self.with_question(request, verb, question_or_404(survey, number))
        elif what == "section":
            self.with_section(verb, section_or_404(survey, number), by)
        else:
            raise Http404
        return True

    def with_question(self, request: HttpRequest, verb: str, question: Question) -> None:
        by = staff(request)
        if verb in {"up", "down"}:
            building.move_question(question=question, by=by, step=-1 if verb == "up" else 1)
        elif verb == "copy":
            building.copy_question(question=question, by=by)
        elif verb == "again":
            building.ask_again(question=question, by=by)
        elif verb == "remove":
            gone = building.remove_question(question=question, by=by)
            kept = _("It has been answered, so its answers are kept. It is asked no more.")
            self.message_user(
                request, _("The question is removed.") if gone else kept, messages.SUCCESS
            )
        else:
            raise Http404

    def with_section(self, verb: str, section: Section, by: Any) -> None:
        if verb in {"up", "down"}:
            building.move_section(section=section, by=by, step=-1 if verb == "up" else 1)
        elif verb == "copy":
            building.copy_section(section=section, by=by)
        elif verb == "remove":
            building.remove_section(section=section, by=by)
        else:
            raise Http404

    def section_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A section's title and introduction; without ?section= it is a new one."""
        survey = self.survey_or_404(request, object_id)
        number = request.GET.get("section", "")
        section = section_or_404(survey, number) if number else None
        form = SectionForm(
            request.POST if request.method == "POST" else None,
            initial=SectionForm.initial_of(section) if section else {},
        )
        if form.is_valid():
            if section is None:
                building.add_section(survey=survey, plan=form.plan(), by=staff(request))
            else:
                building.change_section(section=section, plan=form.plan(), by=staff(request))
            return redirect(f"{self.here(survey)}#questions")
        title = _("Section") if section else _("New section")
        return self.page(request, "section", survey, title, form=form)

    def question_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One question with its choices: ?question= names it, else ?section= and ?kind= make a new one."""
        survey = self.survey_or_404(request, object_id)
        number = request.GET.get("question", "")
        question = question_or_404(survey, number) if number else None
        if question is not None:
            section, plan = question.section, building.plan_of_question(question)
        else:
            section = section_or_404(survey, request.GET.get("section", ""))
            plan = blank(request.GET.get("kind", ""))
        data = request.POST if request.method == "POST" else None
        before = choices_before(survey, section, question)
        conditions = [option.pk for option in question.show_if.all()] if question else []
        form = QuestionForm(
            data,
            kind=plan.kind,
            before=before,
            initial=QuestionForm.initial_of(plan, conditions),
        )
        tables = {
            role: option_forms(data, role, [each for each in plan.options if each.role == role])
            for role in roles_of(plan.kind)
        }
        if form.is_valid() and all(table.is_valid() for table in tables.values()):
            options = tuple(
                option for role, table in tables.items() for option in table.plans(role)
            )
            if self.save_question(request, section, question, form, options):
                return redirect(f"{self.here(survey)}#questions")
        answered = question is not None and building.was_answered(building.newest(question))
        return self.page(
            request,
            "question",
            survey,
            _("Question") if question else _("New question"),
            form=form,
            tables=[(Option.Role(role).label, table) for role, table in tables.items()],
            kind=Kind(plan.kind).label,
            answered=answered,
        )

    def save_question(
        self,
        request: HttpRequest,
        section: Section,
        question: Question | None,
        form: QuestionForm,
        options: tuple[ChoicePlan, ...],
    ) -> bool:
        """Whether it was saved; a refusal stands in the form."""
        by = staff(request)
        plan = form.plan(options)
        conditions = list(form.cleaned_data.get("show_if") or [])
        try:
            check_choices(plan)
            if question is None:
                building.add_question(section=section, plan=plan, conditions=conditions, by=by)
                return True
            new = building.change_question(
                question=question, plan=plan, conditions=conditions, by=by
            )
        except SurveyError as refusal:
            form.add_error(None, str(refusal))
            return False
        if new:
            told = _(
                "People have answered it already, so this is a new version. Answers to the former one are kept and "
                "shown apart."
            )
            self.message_user(request, told, messages.WARNING)
        return True


def check_choices(plan: QuestionPlan) -> None:
    roles = [option.role for option in plan.options]
    if plan.kind in QuestionVersion.CHOICES and roles.count(Option.Role.CHOICE) < 2:
        raise SurveyError(_("Give at least two choices."), code="order")
    if plan.kind == Kind.MATRIX and Option.Role.ROW not in roles:
        raise SurveyError(_("Give at least one row."), code="order")


def roles_of(kind: str) -> list[str]:
    if kind == Kind.MATRIX:
        return [Option.Role.ROW, Option.Role.CHOICE]
    return [Option.Role.CHOICE] if kind in QuestionVersion.CHOICES else []


def blank(kind: str) -> QuestionPlan:
    if kind not in Kind.values:
        raise Http404
    low, high = {Kind.SCALE: (1, 5), Kind.RECOMMEND: (0, 10)}.get(Kind(kind), (None, None))
    return QuestionPlan(
        id="",
        kind=kind,
        text={},
        help={},
        required=False,
        low=low,
        high=high,
        low_label={},
        high_label={},
        dont_know=False,
        options=(),
    )


def choices_before(survey: Survey, section: Section, question: Question | None) -> list[Option]:
    """The choices of the questions that come before this one, as they are asked now."""
    found: list[Option] = []
    for other in survey.sections.prefetch_related("questions__versions__options"):
        for each in other.questions.all():
            if question is not None and each == question:
                return found
            version = max(each.versions.all(), key=lambda one: one.number)
            if not each.retired and version.kind in {Kind.ONE, Kind.SEVERAL}:
                found += [
                    option for option in version.options.all() if option.role == Option.Role.CHOICE
                ]
        if question is None and other == section:
            return found
    return found


def question_or_404(survey: Survey, number: str) -> Question:
    found = None
    if number.isascii() and number.isdigit() and len(number) < 18:
        found = (
            Question.objects.select_related("section__survey")
            .filter(pk=number, section__survey=survey)
            .first()
        )
    if found is None:
        raise Http404
    return found


def section_or_404(survey: Survey, number: str) -> Section:
    found = None
    if number.isascii() and number.isdigit() and len(number) < 18:
        found = survey.sections.select_related("survey").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def previews(survey: Survey) -> list[tuple[str, str, str]]:
    """Code, name and address of the preview in each language."""
    path = reverse("admin:surveys_survey_preview", args=[survey.pk])
    return [(code, name, localised(path, code)) for code, name in settings.LANGUAGE_NAMES.items()]
