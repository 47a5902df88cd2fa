"""Changing a questionnaire. What has been answered is never changed: it gets a new version instead."""

from django.db import transaction
from django.db.models import F, Max

from network.models import User
from recovery_network import keys
from recovery_network.audit.actions import record
from surveys.files import Plan, QuestionPlan
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
                section=section, position=place, required=wanted.required
            )
            question.show_if.set(written[pair] for pair in wanted.show_if)
            options = write_version(question, wanted, number=1)
            written |= {(wanted.id, name): option for name, option in options.items()}
    touch(held)
    record(action="survey.questions_added", by=by, object=held, conference_id=held.conference_id)


def next_position(rows: object) -> int:
    highest = rows.aggregate(highest=Max("position"))["highest"]  # type: ignore[attr-defined]
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
    known = set(Option.objects.filter(version__question=question).values_list("key", flat=True))
    return {
        each.id: Option.objects.create(
            version=version,
            key=each.id if each.id in known else keys.public_key(),
            role=each.role,
            position=position,
            label=each.label,
        )
        for position, each in enumerate(plan.options)
    }
