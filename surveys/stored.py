"""What is stored of someone who answers, told from the tables themselves.

The words on the page are looked up for each column of each table that the mode writes to. A column that
somebody adds later stands on the page by its own name until it has got words, so the page can't be wrong.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.models import (
    Answer,
    Draft,
    Envelope,
    Invitation,
    Option,
    QuestionVersion,
    Response,
    Signature,
    Survey,
)
from surveys.models.survey import LEAST

Mode = Survey.Mode

# The tables that answering writes to, in each mode.
WRITTEN: dict[str, tuple[type[models.Model], ...]] = {
    Mode.ANONYMOUS: (Envelope, Response, Answer),
    Mode.CONFIDENTIAL: (Invitation, Draft, Envelope, Response, Answer),
    Mode.NAMED: (Invitation, Draft, Response, Signature, Answer),
}
# Tables that tell nothing of a person.
OF_NOBODY = {Survey, QuestionVersion, Option, Response}

WHAT: dict[str, str | Promise] = {
    "Envelope.id": gettext_lazy(
        "a random number of the sealed answer, thrown away when it is opened"
    ),
    "Envelope.survey": gettext_lazy("which survey it belongs to"),
    "Envelope.sealed": gettext_lazy("your sealed answer, until it is opened together with others"),
    "Response.id": gettext_lazy("a random number that keeps your answers together"),
    "Response.survey": gettext_lazy("which survey it belongs to"),
    "Response.day": gettext_lazy("the day on which your answer was taken out of the box"),
    "Answer.id": gettext_lazy("a random number of each answer"),
    "Answer.response": gettext_lazy("a random number that keeps your answers together"),
    "Answer.version": gettext_lazy("which question it answers"),
    "Answer.option": gettext_lazy("what you chose"),
    "Answer.row": gettext_lazy("what you chose"),
    "Answer.number": gettext_lazy("numbers and dates you gave"),
    "Answer.date": gettext_lazy("numbers and dates you gave"),
    "Answer.text": gettext_lazy("what you wrote"),
    "Answer.dont_know": gettext_lazy("that you chose “don't know”"),
    "Invitation.id": gettext_lazy("a number of the invitation"),
    "Invitation.survey": gettext_lazy("which survey it belongs to"),
    "Invitation.key": gettext_lazy("the secret part of your link"),
    "Invitation.opt_out_key": gettext_lazy("the secret part of the link to say no to surveys"),
    "Invitation.email": gettext_lazy("the e-mail address that the link was sent to"),
    "Invitation.user": gettext_lazy("your account, if you have one"),
    "Invitation.language": gettext_lazy("the language we write to you in"),
    "Invitation.answered": gettext_lazy("that the link has been used, but not when"),
    "Invitation.reminded": gettext_lazy("whether we have reminded you"),
    "Draft.id": gettext_lazy("a number of the unfinished answer"),
    "Draft.invitation": gettext_lazy("whose unfinished answer it is"),
    "Draft.sealed": gettext_lazy("what you have written so far, encrypted, until you send it"),
    "Signature.response": gettext_lazy("that the answer is yours"),
    "Signature.invitation": gettext_lazy("that the answer is yours"),
}


@dataclass(frozen=True)
class Box:
    """The words of one mode: what it is, what is promised, and every single thing that is stored."""

    title: str
    promises: list[str]
    stored: list[str]


def box(mode: str) -> Box:
    answer = (Envelope, Response, Answer) if mode != Mode.NAMED else (Response, Signature, Answer)
    return Box(TITLES[mode](), list(PROMISES[mode](answer)), list(dict.fromkeys(stored(mode))))


def columns(*tables: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    for table in tables:
        yield from table._meta.concrete_fields


def stored(mode: str) -> Iterator[str]:
    for column in columns(*WRITTEN[mode]):
        words = WHAT.get(f"{column.model.__name__}.{column.name}")
        yield capfirst(str(words or column.verbose_name))


def points_at_a_person(*tables: type[models.Model]) -> bool:
    return any(
        column.related_model is not None and column.related_model not in OF_NOBODY
        for column in columns(*tables)
    )


def tells_the_time(*tables: type[models.Model]) -> bool:
    return any(
        isinstance(column, models.DateTimeField | models.TimeField) for column in columns(*tables)
    )


def counts(*tables: type[models.Model]) -> bool:
    return any(isinstance(column, models.AutoField) for column in columns(*tables))


def promises_of_anonymous(tables: tuple[type[models.Model], ...]) -> Iterator[str]:
    if not points_at_a_person(*tables):
        yield _(
            "Nobody can find out which answer is yours, we neither. No name, no address and no number of "
            "your device is stored with it, and this page sets no cookie."
        )
    if not tells_the_time(*tables) and not counts(*tables):
        yield _("When you answered isn't stored, and answers have no running number.")
    yield sealed_together()


def promises_of_confidential(tables: tuple[type[models.Model], ...]) -> Iterator[str]:
    yield _(
        "Your link tells us that you have answered, so that we don't remind you. What you answered is "
        "kept apart from it."
    )
    if not points_at_a_person(*tables) and not tells_the_time(*tables) and not counts(*tables):
        yield _("Nothing in your answer points back at you or at your link, and no time is stored.")
    yield sealed_together()
    yield drafts_are_kept()


def promises_of_named(tables: tuple[type[models.Model], ...]) -> Iterator[str]:
    yield _("Your answer is stored together with your e-mail address. The organisers can read it.")
    yield drafts_are_kept()


def sealed_together() -> str:
    return _(
        "Your answer lies sealed until at least %(count)d can be opened together. Results never show a "
        "group of fewer than %(count)d."
    ) % {"count": LEAST}


def drafts_are_kept() -> str:
    return _(
        "What you have written so far is kept with your link, encrypted, so that a lost connection loses "
        "nothing. It is deleted when you send."
    )


TITLES: dict[str, Callable[[], str]] = {
    Mode.ANONYMOUS: lambda: _("This survey is anonymous"),
    Mode.CONFIDENTIAL: lambda: _("This survey is confidential"),
    Mode.NAMED: lambda: _("This survey has your name on it"),
}
PROMISES: dict[str, Callable[[tuple[type[models.Model], ...]], Iterator[str]]] = {
    Mode.ANONYMOUS: promises_of_anonymous,
    Mode.CONFIDENTIAL: promises_of_confidential,
    Mode.NAMED: promises_of_named,
}
