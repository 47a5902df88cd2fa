"""The part of the form in which one person chooses workshops, block by block."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from programme.models import Session
from recovery_network import i18n
from registrations.actions.applying import Choice
from registrations.actions.seating import field_of, second_field_of
from registrations.workshops import BlockOffer, Offer

WORKSHOPS = (field_of(""), second_field_of(""))  # what the names of these fields begin with
WAIT = "+"  # behind the number of a workshop that one stands in line for
# There may be thirty people on the page, and the whole titles stand above them.
MOST_OF_TITLE, LEAST_OF_TITLE = 24, 8


class BlockFields:
    """One block of one person: the choice and, where something is full, a second choice meanwhile."""

    def __init__(self, offer: BlockOffer, form: forms.Form, typed: Mapping[str, Any]) -> None:
        self.offer = offer
        self.form = form
        self.name = field_of(offer.block.key)
        self.second_name = second_field_of(offer.block.key)
        self.typed = str(typed.get(form.add_prefix(self.name), ""))
        self.full = {value_of(each) for each in offer.offers if each.full}
        self.most = MOST_OF_TITLE
        self.dress()

    def dress(self) -> None:
        """The fields as they fit what is full and what was typed."""
        alone = self.form.prefix is None
        numbered = list(enumerate(self.offer.offers, start=1))
        choices: list[tuple[str, Any]] = [
            (
                self.waited(each),
                whole_line(each, self.is_full(each)) if alone else self.line(number, each),
            )
            for number, each in numbered
        ]
        block = self.offer.block
        if not block.is_must:
            choices = [("", pgettext("workshop", "None")), *choices]
        elif not alone:
            choices = [("", _("Choose")), *choices]
        message = _("Choose a workshop in “%(block)s”.") % {"block": block.title}
        field = self.form.fields.setdefault(
            self.name,
            forms.ChoiceField(
                label=block.title,
                required=block.is_must,
                widget=forms.RadioSelect if alone else forms.Select,
                error_messages={"required": message, "invalid_choice": message},
            ),
        )
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if self.full or self.typed.endswith(WAIT):
            free = [
                (value_of(each), each.session.title if alone else self.short(number, each))
                for number, each in numbered
                if not self.is_full(each)
            ]
            label = _("Second choice in “%(block)s”, while you wait") % {"block": block.title}
            self.form.fields[self.second_name] = forms.ChoiceField(
                label=label, required=False, choices=[("", pgettext("workshop", "None")), *free]
            )

    def is_full(self, offer: Offer) -> bool:
        return value_of(offer) in self.full

    def waited(self, offer: Offer) -> str:
        """Whoever said yes to waiting has said it, also where a seat has come free meanwhile."""
        waits = f"{value_of(offer)}{WAIT}"
        return waits if self.is_full(offer) or self.typed == waits else value_of(offer)

    def became_full(self, value: str) -> str:
        """Offers to wait for the workshop instead; returns what the field says now."""
        self.full.add(value)
        self.typed = f"{value}{WAIT}"
        self.dress()
        return self.typed

    def shorten(self) -> None:
        self.most = LEAST_OF_TITLE
        self.dress()

    def line(self, number: int, offer: Offer) -> str:
        about = _("full – waiting list") if self.is_full(offer) else ""
        return f"{self.short(number, offer)} ({about})" if about else self.short(number, offer)

    def short(self, number: int, offer: Offer) -> str:
        title = offer.session.title
        cut = title if len(title) <= self.most else f"{title[: self.most - 1].rstrip()}…"
        return f"{number} {cut}"

    def session_of(self, value: str) -> Session:
        found = (each.session for each in self.offer.offers if value_of(each) == value)
        return next(found)

    def choice(self, cleaned: Mapping[str, Any]) -> Choice | None:
        value = cleaned.get(self.name, "")
        if not value:
            return None
        waits = value.endswith(WAIT)
        first = self.session_of(value.removesuffix(WAIT))
        second = cleaned.get(self.second_name, "") if waits else ""
        second_key = self.session_of(second).key if second else ""
        return Choice(self.offer.block.key, first.key, second_key, waits)


def block_fields(
    blocks: Sequence[BlockOffer], form: forms.Form, typed: Mapping[str, Any]
) -> list[BlockFields]:
    return [BlockFields(each, form, typed) for each in blocks]


def seats_in_words(offer: Offer, is_full: bool) -> str:
    if is_full:
        return _("full – waiting list")
    if offer.left is None:
        return ""
    words = ngettext("%(count)d seat left", "%(count)d seats left", offer.left)
    return words % {"count": offer.left}


def whole_line(offer: Offer, is_full: bool) -> str:
    session = offer.session
    time = i18n.time_range(session.starts_at, session.ends_at)
    about = " · ".join(part for part in (time, seats_in_words(offer, is_full)) if part)
    return format_html("{} <small>{}</small>", session.title, about)


def value_of(offer: Offer) -> str:
    """Short, whatever the workshop is called, and the same however many come and go."""
    return str(offer.session.pk)
