"""Themes: words that organisers give to comments, to count what people write about."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from network.models import User
from network.validators import validate_plain_text
from surveys.actions.building import finish, hold
from surveys.errors import SurveyError
from surveys.models import Answer, Question, Theme

MOST_THEMES, MOST_CHARACTERS = 30, 60


@transaction.atomic
def add_theme(*, question: Question, name: str, by: User) -> Theme:
    """Raises SurveyError: too_many, too_long; ValidationError where it isn't plain text."""
    survey = hold(question.section.survey)
    name = " ".join(name.split())
    validate_plain_text(name)
    if not 0 < len(name) <= MOST_CHARACTERS:
        raise SurveyError(
            _("A theme is a word or a few: at most %(count)d characters.")
            % {"count": MOST_CHARACTERS},
            code="too_long",
        )
    if question.themes.count() >= MOST_THEMES:
        raise SurveyError(
            _("There are %(count)d themes already. Use one of them.") % {"count": MOST_THEMES},
            code="too_many",
        )
    theme, _made = Theme.objects.get_or_create(question=question, name=name)
    finish(survey, "themes_changed", by, question=question.key)
    return theme


@transaction.atomic
def remove_theme(*, theme: Theme, by: User) -> None:
    survey = hold(theme.question.section.survey)
    key = theme.question.key
    theme.delete()
    finish(survey, "themes_changed", by, question=key)


@transaction.atomic
def mark(
    *, question: Question, seen: Iterable[Answer], marked: set[tuple[str, int]], by: User
) -> None:
    """Gives the comments that someone had before them the themes they ticked, and takes away the others.

    `marked` holds pairs of a comment's and a theme's key; those of other questions are passed over.
    """
    survey = hold(question.section.survey)
    comments = list(seen)
    for theme in question.themes.all():
        wanted = [each for each in comments if (str(each.pk), theme.pk) in marked]
        theme.answers.remove(*(each for each in comments if each not in wanted))
        theme.answers.add(*wanted)
    finish(survey, "comments_marked", by, question=question.key)
