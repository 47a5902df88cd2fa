from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programme.models import ChoiceBlock, Session
from registrations.models.registration import Registration


class SessionSeatQuerySet(models.QuerySet["SessionSeat"]):
    def held(self) -> "SessionSeatQuerySet":
        return self.filter(state=SessionSeat.State.HELD)

    def in_line(self) -> "SessionSeatQuerySet":
        """Those who wait for a seat, first come first."""
        return self.filter(state=SessionSeat.State.WAITING).order_by("waiting_since", "pk")

    def wished(self) -> "SessionSeatQuerySet":
        """What those wish for who have no place at the gathering yet, in their order."""
        return self.filter(state=SessionSeat.State.WISHED).order_by("rank", "pk")


class SessionSeat(models.Model):
    """One person's seat in a workshop, their turn in its line, or their wish for it (`domain.md` 3).

    Whoever gives a seat up has no row. A second choice that is held while the first is waited for goes
    with the moment that the first comes free.
    """

    class State(models.TextChoices):
        HELD = "held", _("has a seat")
        WAITING = "waiting", _("waits for a seat")
        WISHED = "wished", _("wishes a seat, once there is a place at the gathering")

    FIRST, SECOND = 1, 2

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="seats", verbose_name=_("registration")
    )
    session = models.ForeignKey(
        Session, models.PROTECT, related_name="seats", verbose_name=_("workshop")
    )
    # The session's own, repeated here so that the database can hold the rules below.
    block = models.ForeignKey(
        ChoiceBlock, models.PROTECT, related_name="seats", verbose_name=_("choice block")
    )
    state = models.CharField(_("state"), max_length=7, choices=State, editable=False)
    # The order of wishes; a seat or a turn in line is always the first.
    rank = models.PositiveSmallIntegerField(_("choice"), default=FIRST, editable=False)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, editable=False)
    created_at = models.DateTimeField(_("chosen"), default=timezone.now, editable=False)

    objects = SessionSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("workshop seat")
        verbose_name_plural = _("workshop seats")
        ordering = ["session__starts_at", "rank", "pk"]
        indexes = [models.Index(fields=["session", "state"], name="seat_session_state")]
        constraints = [
            models.UniqueConstraint(fields=["registration", "session"], name="seat_session_once"),
            models.UniqueConstraint(
                fields=["registration", "block"],
                condition=Q(state="held"),
                name="seat_one_held_per_block",
            ),
            models.UniqueConstraint(
                fields=["registration", "block"],
                condition=Q(state="waiting"),
                name="seat_one_waiting_per_block",
            ),
            models.UniqueConstraint(
                fields=["registration", "block", "rank"],
                condition=Q(state="wished"),
                name="seat_one_wish_per_rank",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", waiting_since__isnull=False)
                | (~Q(state="waiting") & Q(waiting_since=None)),
                name="seat_waiting_since",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "waiting", "wished"]), name="seat_state_known"
            ),
            models.CheckConstraint(
                condition=Q(rank=1) | Q(rank=2, state="wished"), name="seat_rank_of_wish"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} ({self.get_state_display()})"

    @property
    def is_held(self) -> bool:
        return self.state == self.State.HELD

    @property
    def waits(self) -> bool:
        return self.state == self.State.WAITING

    def hold(self) -> None:
        self.state = self.State.HELD
        self.rank = self.FIRST
        self.waiting_since = None

    def wait(self, since: datetime) -> None:
        self.state = self.State.WAITING
        self.rank = self.FIRST
        self.waiting_since = since
