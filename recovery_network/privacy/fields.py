"""What an app's privacy.py is written with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recovery_network.privacy.person import Person


class Clock(Enum):
    """When personal data goes (`domain.md` 10): the sentence people read, and the time behind it.

    The time counts from the moment the sentence names. It is None where no clock runs: such data goes
    with what it belongs to.
    """

    NEEDS = ("needs", _("14 days after the conference"), timedelta(days=14))
    WAITING_LIST = ("waiting_list", _("when the conference is over"), timedelta(0))
    MAIL = ("mail", _("90 days after the mail was written"), timedelta(days=90))
    REGISTRATIONS = ("registrations", _("12 months after the conference"), timedelta(days=365))
    INVOICES = ("invoices", _("5 years after the end of the year of the invoice"), None)
    RECEIPTS = ("receipts", _("one day after the form was sent"), timedelta(days=1))
    AUDIT = ("audit", _("2 years after it was done"), timedelta(days=730))
    ADMIN_LOG = ("admin_log", _("90 days after it was done"), timedelta(days=90))
    SIGN_IN = (
        "sign_in",
        _("when the sign-in ends, two weeks after the last visit at the latest"),
        timedelta(0),
    )
    CONFIRMATION = ("confirmation", _("7 days after it was sent"), timedelta(days=7))
    SURVEY_DRAFTS = (
        "survey_drafts",
        _("when you send the answer, or one day after the survey has closed"),
        timedelta(days=1),
    )
    SURVEY_ENVELOPES = (
        "survey_envelopes",
        _(
            "when it is opened; unread 90 days after the survey has closed, if too few have answered"
        ),
        timedelta(days=90),
    )
    SURVEY_INVITATIONS = (
        "survey_invitations",
        _("90 days after the survey has closed"),
        timedelta(days=90),
    )
    SURVEY_ANSWERS = ("survey_answers", _("when the organisers delete the survey"), None)
    NEVER_AGAIN = ("never_again", _("as long as you want no surveys"), None)
    MEMBERSHIP = ("membership", _("when you leave"), None)
    NEWSLETTER = ("newsletter", _("when you unsubscribe"), None)
    STOPPED = ("stopped", _("one year after it was stopped"), timedelta(days=365))
    CONSENT = ("consent", _("one year after you took it back"), timedelta(days=365))
    ACCOUNT = ("account", _("when the account is deleted"), None)
    CONTENT = ("content", _("when an editor takes it off the site"), None)

    label: Promise
    period: timedelta | None

    def __new__(cls, name: str, label: Promise, period: timedelta | None) -> "Clock":
        clock = object.__new__(cls)
        clock._value_ = name
        clock.label = label
        clock.period = period
        return clock

    def cutoff(self, now: datetime) -> datetime:
        """What happened before this is past its time. Raises ValueError where no clock runs."""
        if self is Clock.INVOICES:
            return datetime(now.year - 5, 1, 1, tzinfo=now.tzinfo or UTC)
        if self.period is None:
            raise ValueError(f"{self.name} has no clock")
        return now - self.period


@dataclass(frozen=True)
class PersonalField:
    """One field that tells of a person: "registrations.Registration.name".

    `what` says it in plain words where the field's own name would not. Whoever held a `secret` one could act
    as the person, so an export says that it is there and doesn't write it out.
    """

    path: str
    purpose: str | Promise
    seen_by: str | Promise
    kept: Clock
    what: str | Promise = ""
    secret: bool = False


@dataclass(frozen=True)
class Road:
    """How the rows of one model that tell of a person are found, and what becomes of them on erasing.

    They are deleted, unless `blank` says what is written over them, or `keeps` names the personal fields that stay
    ("*" for all), and `why` says why. `fields` are the personal fields that this road is about, all of the model's
    unless told. `also` are other fields that an export shows so that the rest can be understood.
    """

    model: str
    find: Callable[[Person], Q]
    blank: Mapping[str, Any] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()
    why: str | Promise = ""
    fields: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def deletes(self) -> bool:
        return not self.blank and not self.keeps


@dataclass(frozen=True)
class Receipt:
    """How many rows of each sort were (or, in a dry run, would be) deleted or blanked."""

    app: str
    removed: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.removed.values())


@dataclass(frozen=True)
class Consequence:
    """What erasing means for someone, in a sentence; `cost` in kr is what they then owe."""

    text: str
    cost: Decimal = Decimal(0)
