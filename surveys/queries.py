from collections import defaultdict

from django.core.cache import caches
from django.db.models import Prefetch, Q
from django.http import Http404
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from recovery_network.pages import KEPT_SECONDS
from surveys.models import Option, Question, QuestionVersion, Section, Survey, Tally
from surveys.questionnaire import Asked, Choice, Part, Questionnaire
from surveys.words import say

Kind = QuestionVersion.Kind


def find(slug: str) -> Survey:
    """The survey at `slug`, drafts aside, with its conference. Raises Http404 where there is none.

    It is kept for five seconds in this process, unless it or its conference was changed since.
    """
    known = (
        Survey.objects.filter(slug=slug)
        .order_by()
        .values_list("pk", "revision", "conference__revision")
        .first()
    )
    if known is None:
        raise Http404
    survey = kept(*known)
    if survey.state() == Survey.State.DRAFT:
        raise Http404
    return survey


def kept(pk: int, revision: int, conference_revision: int | None) -> Survey:
    name = f"survey|{pk}|{revision}|{conference_revision}"
    found: Survey | None = caches["pages"].get(name)
    if found is None:
        found = Survey.objects.with_conference().get(pk=pk)
        caches["pages"].set(name, found, KEPT_SECONDS)
    return found


def questionnaire_of(survey: Survey) -> Questionnaire:
    """What is asked now, in the active language; kept as the survey is."""
    name = f"questionnaire|{survey.pk}|{survey.revision}|{get_language()}"
    found: Questionnaire | None = caches["pages"].get(name)
    if found is None:
        found = read_questionnaire(survey)
        caches["pages"].set(name, found, KEPT_SECONDS)
    return found


def read_questionnaire(survey: Survey) -> Questionnaire:
    """Reads it in six queries, however many questions there are."""
    sections = list(
        Section.objects.filter(survey=survey).prefetch_related(
            Prefetch(
                "questions",
                Question.objects.filter(retired=False).prefetch_related(
                    Prefetch(
                        "versions",
                        QuestionVersion.objects.order_by("-number").prefetch_related("options"),
                    ),
                    Prefetch("show_if", Option.objects.select_related("version__question")),
                ),
            )
        )
    )
    numbers = {
        question.pk: number
        for number, question in enumerate(
            (each for section in sections for each in section.questions.all()), start=1
        )
    }
    return Questionnaire(
        tuple(
            Part(
                say(section.title),
                say(section.introduction),
                tuple(asked(question, numbers) for question in section.questions.all()),
            )
            for section in sections
            if section.questions.all()
        )
    )


def asked(question: Question, numbers: dict[int, int]) -> Asked:
    version = question.versions.all()[0]
    options: dict[str, list[Choice]] = defaultdict(list)
    for option in version.options.all():
        options[option.role].append(Choice(option.pk, option.key, say(option.label)))
    wanted = list(question.show_if.all())
    return Asked(
        key=question.key,
        version=version.pk,
        name=f"q{question.key}v{version.number}",
        number=numbers[question.pk],
        kind=Kind(version.kind),
        text=say(version.text),
        help=say(version.help),
        required=question.required,
        low=version.low,
        high=version.high,
        low_label=say(version.low_label),
        high_label=say(version.high_label),
        dont_know=version.dont_know,
        choices=tuple(options[Option.Role.CHOICE]),
        rows=tuple(options[Option.Role.ROW]),
        show_if=frozenset((option.version.question.key, option.key) for option in wanted),
        condition=condition_in_words(wanted, numbers),
    )


def condition_in_words(options: list[Option], numbers: dict[int, int]) -> str:
    """“Only if you answered “Yes” to question 2.”"""
    by_question: dict[int, list[str]] = defaultdict(list)
    for option in options:
        number = numbers.get(option.version.question_id)
        if number is not None:
            by_question[number].append(_("“%(answer)s”") % {"answer": say(option.label)})
    conditions = [
        _("%(answers)s to question %(number)d")
        % {"answers": _(" or ").join(answers), "number": number}
        for number, answers in sorted(by_question.items())
    ]
    return (
        _("Only if you answered %(what)s.") % {"what": _(" or ").join(conditions)}
        if conditions
        else ""
    )


def listed() -> list[Survey]:
    """What strangers may find: open to everyone, coming or with published results; the newest first."""
    return [
        survey
        for survey in Survey.objects.listed().with_conference()
        if survey.state() in {Survey.State.OPEN, Survey.State.COMING} or survey.has_published()
    ]


def minutes_in_words(minutes: int) -> str:
    return ngettext("about %(count)d minute", "about %(count)d minutes", minutes) % {
        "count": minutes
    }


def main_tally(survey: Survey) -> Tally | None:
    """The largest count of a survey's answers; nearly always the only one."""
    return survey.tallies.select_related("survey").order_by("-total", "until").first()


def sharing_questions(survey: Survey, *, most: int) -> list[Tally]:
    """The main tallies of other surveys that asked some of the same questions, the newest first."""
    asked = Question.objects.filter(section__survey=survey)
    lineages = {origin or key for origin, key in asked.values_list("origin", "key")}
    others = (
        Question.objects.filter(Q(origin__in=lineages) | Q(origin="", key__in=lineages))
        .exclude(section__survey=survey)
        .values("section__survey")
    )
    largest: dict[int, Tally] = {}
    tallies = Tally.objects.filter(survey__in=others).select_related("survey")
    for tally in tallies.order_by("-total", "until"):
        largest.setdefault(tally.survey_id, tally)
    newest = sorted(largest.values(), key=lambda each: (each.until, each.pk), reverse=True)
    return newest[:most]
