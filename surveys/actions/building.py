"""Changing a questionnaire. What has been answered is never changed: it gets a new version instead."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import User
from recovery_network import keys
from recovery_network.audit.actions import record
from surveys.errors import SurveyError
from surveys.files import ChoicePlan, Plan, QuestionPlan, SectionPlan
from surveys.models import Answer, Envelope, Option, Question, QuestionVersion, Section, Survey


def touch(survey: Survey) -> None:
    """Marks the survey as changed, so that no kept page of it is shown again."""
    Survey.objects.filter(pk=survey.pk).update(revision=F("revision") + 1)


def hold(survey: Survey) -> Survey:
    """The survey, held against other changes until the transaction ends."""
    return Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)


def has_answers(survey: Survey) -> bool:
    return survey.responses.exists() or survey.envelopes.exists()


def was_answered(version: QuestionVersion) -> bool:
    """Whether someone may have answered it; what is sealed could be an answer to any question."""
    survey_id = version.question.section.survey_id
    return (
        Answer.objects.filter(version=version).exists()
        or Envelope.objects.filter(survey=survey_id).exists()
    )


@transaction.atomic
def put_in(*, survey: Survey, plan: Plan, by: User | None) -> None:
    """Adds the sections and questions of a plan after those that are there."""
    held = hold(survey)
    position = next_position(held.sections.all())
    written: dict[tuple[str, str], Option] = {}
    for offset, part in enumerate(plan.sections):
        section = Section.objects.create(
            survey=held,
            position=position + offset,
            title=part.title,
            introduction=part.introduction,
        )
        for place, wanted in enumerate(part.questions):
            question = Question.objects.create(
                section=section,
                position=place,
                required=wanted.required,
                origin=wanted.origin,
            )
            question.show_if.set(written[pair] for pair in wanted.show_if)
            options = write_version(question, wanted, number=1)
            written |= {(wanted.id, name): option for name, option in options.items()}
    touch(held)
    record(action="survey.questions_added", by=by, object=held, conference_id=held.conference_id)


def next_position(rows: QuerySet[Section] | QuerySet[Question]) -> int:
    highest = rows.aggregate(highest=Max("position"))["highest"]
    return 0 if highest is None else int(highest) + 1


def write_version(question: Question, plan: QuestionPlan, *, number: int) -> dict[str, Option]:
    """Writes what a question asks; returns its choices by the ids they have in the plan.

    A choice that the question had in an earlier version keeps its key, which is its id in the plan then.
    """
    version = QuestionVersion.objects.create(
        question=question,
        number=number,
        kind=plan.kind,
        text=plan.text,
        help=plan.help,
        low=plan.low,
        high=plan.high,
        low_label=plan.low_label,
        high_label=plan.high_label,
        dont_know=plan.dont_know,
    )
    known = dict(Option.objects.filter(version__question=question).values_list("key", "origin"))
    return {
        each.id: Option.objects.create(
            version=version,
            key=each.id if each.id in known else keys.public_key(),
            origin=known.get(each.id, each.origin),
            role=each.role,
            position=position,
            label=each.label,
        )
        for position, each in enumerate(plan.options)
    }


# --- One question ----------------------------------------------------------------------------


def newest(question: Question) -> QuestionVersion:
    return question.versions.order_by("-number")[0]


def plan_of_question(question: Question) -> QuestionPlan:
    """What a question asks now; its choices are named by their keys."""
    version = newest(question)
    return QuestionPlan(
        id=question.key,
        kind=version.kind,
        text=version.text,
        help=version.help,
        required=question.required,
        low=version.low,
        high=version.high,
        low_label=version.low_label,
        high_label=version.high_label,
        dont_know=version.dont_know,
        options=tuple(
            ChoicePlan(option.key, option.label, option.role, option.lineage)
            for option in version.options.all()
        ),
        show_if=tuple(
            (option.version.question.key, option.key)
            for option in question.show_if.select_related("version__question")
        ),
        origin=question.lineage,
    )


@transaction.atomic
def add_question(
    *, section: Section, plan: QuestionPlan, conditions: Sequence[Option], by: User
) -> Question:
    """Puts a question at the end of a section."""
    survey = hold(section.survey)
    question = Question.objects.create(
        section=section,
        position=next_position(section.questions.all()),
        required=plan.required,
    )
    write_version(question, plan, number=1)
    question.show_if.set(conditions)
    check_order(survey)
    finish(survey, "question_added", by, question=question.key)
    return question


@transaction.atomic
def change_question(
    *, question: Question, plan: QuestionPlan, conditions: Sequence[Option], by: User
) -> bool:
    """Whether it became a new version: so it does where somebody may have answered what it asked before.

    Order, duty and condition aren't part of what is asked. Raises SurveyError: order, in_use.
    """
    survey = hold(question.section.survey)
    version = newest(question)
    check_whom_it_is_asked(survey, question, conditions)
    old = replace(plan_of_question(question), id=plan.id, required=plan.required, show_if=())
    asks_something_else = old != replace(plan, show_if=())
    answered = asks_something_else and was_answered(version)
    if answered:
        write_version(question, plan, number=version.number + 1)
    elif asks_something_else:
        rewrite(version, plan)
    question.required = plan.required
    question.save(update_fields=["required"])
    question.show_if.set(conditions)
    check_order(survey)
    finish(survey, "question_changed", by, question=question.key, new_version=answered)
    return answered


def check_whom_it_is_asked(
    survey: Survey, question: Question, conditions: Sequence[Option]
) -> None:
    """What is hidden of counted answers follows from who was asked, so that can't be changed afterwards."""
    changed = set(conditions) != set(question.show_if.all())
    if (
        changed
        and survey.tallies.exists()
        and Answer.objects.filter(version__question=question).exists()
    ):
        raise SurveyError(
            _(
                "Its answers are counted, so who is asked it stays as it is. Copy it, and change the copy."
            ),
            code="in_use",
        )


def rewrite(version: QuestionVersion, plan: QuestionPlan) -> None:
    """Changes what nobody has answered, in place; choices that stay keep their rows."""
    for name in ("kind", "text", "help", "low", "high", "low_label", "high_label", "dont_know"):
        setattr(version, name, getattr(plan, name))
    version.save()
    known = {option.key: option for option in version.options.all()}
    for position, each in enumerate(plan.options):
        option = known.pop(each.id, None) or Option(version=version)
        option.role, option.position, option.label = each.role, position, each.label
        option.save()
    Option.objects.filter(pk__in=[option.pk for option in known.values()]).delete()


@transaction.atomic
def copy_question(*, question: Question, by: User) -> Question:
    """The same once more, right behind it."""
    conditions = list(question.show_if.all())
    copied = add_question(
        section=question.section, plan=plan_of_question(question), conditions=conditions, by=by
    )
    order = [each for each in question.section.questions.all() if each != copied]
    order.insert(order.index(question) + 1, copied)
    renumber(order)
    return copied


@transaction.atomic
def remove_question(*, question: Question, by: User) -> bool:
    """Whether it is gone; where it was answered it is only asked no more. Raises SurveyError: in_use."""
    survey = hold(question.section.survey)
    if Question.objects.filter(show_if__version__question=question, retired=False).exists():
        raise SurveyError(
            _("Another question is shown only to those who answered this one. Change that first."),
            code="in_use",
        )
    answered = any(was_answered(version) for version in question.versions.all())
    if answered:
        question.retired = True
        question.save(update_fields=["retired"])
    else:
        question.delete()
    finish(survey, "question_removed", by, question=question.key)
    return not answered


@transaction.atomic
def ask_again(*, question: Question, by: User) -> None:
    survey = hold(question.section.survey)
    question.retired = False
    question.save(update_fields=["retired"])
    check_order(survey)
    finish(survey, "question_changed", by, question=question.key)


@transaction.atomic
def move_question(*, question: Question, by: User, step: int) -> None:
    """One place up (-1) or down (1), over the border of its section too. Raises SurveyError: order."""
    survey = hold(question.section.survey)
    order = list(question.section.questions.all())
    place = order.index(question) + step
    if 0 <= place < len(order):
        order.insert(place, order.pop(order.index(question)))
        renumber(order)
    else:
        sections = list(survey.sections.all())
        beside = sections.index(question.section) + step
        if 0 <= beside < len(sections):
            others = list(sections[beside].questions.all())
            others.insert(0 if step > 0 else len(others), question)
            question.section = sections[beside]
            question.save(update_fields=["section"])
            renumber(others)
    check_order(survey)
    finish(survey, "question_moved", by, question=question.key)


def renumber(rows: Iterable[Question | Section]) -> None:
    for position, row in enumerate(rows):
        row.position = position
        row.save(update_fields=["position"])


def check_order(survey: Survey) -> None:
    """Raises SurveyError where a question depends on an answer that comes after it."""
    seen: set[int] = set()
    questions = Question.objects.filter(section__survey=survey, retired=False)
    ordered = questions.order_by("section__position", "section__pk", "position", "pk")
    for question in ordered.prefetch_related("show_if__version"):
        if any(option.version.question_id not in seen for option in question.show_if.all()):
            raise SurveyError(
                _("A question can only depend on answers that come before it."), code="order"
            )
        seen.add(question.pk)


# --- Sections --------------------------------------------------------------------------------


@transaction.atomic
def add_section(*, survey: Survey, plan: SectionPlan, by: User) -> Section:
    held = hold(survey)
    section = Section.objects.create(
        survey=held,
        position=next_position(held.sections.all()),
        title=plan.title,
        introduction=plan.introduction,
    )
    finish(held, "section_added", by)
    return section


@transaction.atomic
def change_section(*, section: Section, plan: SectionPlan, by: User) -> None:
    survey = hold(section.survey)
    section.title, section.introduction = plan.title, plan.introduction
    section.save(update_fields=["title", "introduction"])
    finish(survey, "section_changed", by)


@transaction.atomic
def copy_section(*, section: Section, by: User) -> Section:
    """The same once more, right behind it; conditions between its own questions point into the copy."""
    survey = hold(section.survey)
    copied = Section.objects.create(
        survey=survey,
        position=section.position,
        title=section.title,
        introduction=section.introduction,
    )
    written: dict[str, Option] = {}
    for position, question in enumerate(section.questions.filter(retired=False)):
        twin = Question.objects.create(
            section=copied, position=position, required=question.required
        )
        wanted = list(question.show_if.all())
        twin.show_if.set(written.get(option.key, option) for option in wanted)
        written |= write_version(twin, plan_of_question(question), number=1)
    order = [each for each in survey.sections.all() if each != copied]
    order.insert(order.index(section) + 1, copied)
    renumber(order)
    check_order(survey)
    finish(survey, "section_added", by)
    return copied


@transaction.atomic
def move_section(*, section: Section, by: User, step: int) -> None:
    survey = hold(section.survey)
    order = list(survey.sections.all())
    place = order.index(section) + step
    if 0 <= place < len(order):
        order.insert(place, order.pop(order.index(section)))
        renumber(order)
    check_order(survey)
    finish(survey, "section_moved", by)


@transaction.atomic
def remove_section(*, section: Section, by: User) -> None:
    """Only an empty one: what is in it is removed or moved first. Raises SurveyError: in_use."""
    survey = hold(section.survey)
    if section.questions.exists():
        raise SurveyError(
            _("Move or remove the questions in it first, also those no longer asked."),
            code="in_use",
        )
    section.delete()
    finish(survey, "section_removed", by)


def finish(survey: Survey, what: str, by: User | None, **details: Any) -> None:
    touch(survey)
    record(
        action=f"survey.{what}",
        by=by,
        object=survey,
        conference_id=survey.conference_id,
        **details,
    )


# --- The whole survey ------------------------------------------------------------------------


def plan_of(survey: Survey) -> Plan:
    """The questionnaire as it is asked now, ready to be a file or another survey."""
    return Plan(
        title=survey.title,
        introduction=survey.introduction,
        thanks=survey.thanks,
        layout=survey.layout,
        sections=tuple(
            SectionPlan(
                section.title,
                section.introduction,
                tuple(
                    plan_of_question(question)
                    for question in section.questions.filter(retired=False)
                ),
            )
            for section in survey.sections.all()
        ),
    )


@transaction.atomic
def close(*, survey: Survey, by: User) -> None:
    """From now on no answer is taken. Raises SurveyError: wrong_state where it isn't open."""
    held = hold(survey)
    if held.state() != Survey.State.OPEN:
        raise SurveyError(_("Only an open survey can be closed."), code="wrong_state")
    held.closed_at = timezone.now()
    held.save(update_fields=["closed_at"])
    finish(held, "closed", by)


@transaction.atomic
def open_now(*, survey: Survey, by: User) -> None:
    """Opens a draft or one that waits for its date. Raises SurveyError: wrong_state, empty."""
    held = hold(survey)
    if held.state() not in {Survey.State.DRAFT, Survey.State.COMING}:
        raise SurveyError(_("It is open or closed already."), code="wrong_state")
    if not Question.objects.filter(section__survey=held, retired=False).exists():
        raise SurveyError(_("It has no questions yet."), code="empty")
    now = timezone.now()
    if held.closes_at is not None and held.closes_at <= now:
        raise SurveyError(_("Its date of closing has passed. Change it first."), code="wrong_state")
    held.opens_at = now
    held.save(update_fields=["opens_at"])
    finish(held, "opened", by)


@transaction.atomic
def choose_public(*, survey: Survey, chosen: Sequence[str], by: User) -> None:
    """Which questions stand in the published summary; numbers of other surveys are passed over."""
    held = hold(survey)
    wanted = set(chosen)
    for question in Question.objects.filter(section__survey=held):
        public = str(question.pk) in wanted
        if public != question.public:
            question.public = public
            question.save(update_fields=["public"])
    finish(held, "summary_chosen", by)
