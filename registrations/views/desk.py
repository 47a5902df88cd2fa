from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import Http404, QueryDict
from django.utils import timezone

from conferences.models import Conference
from conferences.queries import check_may_see, find, revision_of, with_venue
from network.models import User
from recovery_network.pages import KEPT_SECONDS
from registrations import needs, queries
from registrations.forms.party import changed
from registrations.forms.registering import RegistrationForm
from registrations.workshops import BlockOffer, block_offers


def open_rows(places: queries.Places) -> list[queries.TierPlaces]:
    now = timezone.now()
    return [row for row in places.tiers if row.tier.is_open(now)]


@dataclass(frozen=True)
class Desk:
    """Where one registers for a conference, as it is at the moment of asking."""

    conference: Conference
    places: queries.Places
    rows: list[queries.TierPlaces]
    kinds: list[needs.OfferedNeed]
    blocks: list[BlockOffer]
    everything: queries.Places
    invitation: str = ""

    @classmethod
    def of(cls, conference: Conference, invitation: str = "") -> "Desk":
        everything = queries.places(conference)
        places = everything.shown_to(invitation)
        now = timezone.now()
        rows = open_rows(places)
        kinds = needs.offered_at(conference)
        blocks = block_offers(conference, now)
        return cls(conference, places, rows, kinds, blocks, everything, invitation)

    def invited(self, invitation: str) -> "Desk | None":
        """With what those see who came by this link; None where no kind of place has it."""
        places = self.everything.shown_to(invitation)
        if len(places.tiers) == len(self.places.tiers):
            return None
        return replace(self, places=places, rows=open_rows(places), invitation=invitation)

    def anew(self) -> "Desk":
        return Desk.of(with_venue(self.conference.pk), self.invitation)

    @classmethod
    def at(cls, slug: str, *, by: User | AnonymousUser) -> "Desk":
        """As it was at most five seconds ago, or since an organiser's last change.

        That is enough to show and to read a form by: the verb looks again. Raises Http404 where there
        is no conference that this person may see.
        """
        known = revision_of(slug).first()
        if known is None:
            raise Http404
        pk, revision, _published_at = known
        name = f"desk|{pk}|{revision}"
        desk: Desk | None = caches["pages"].get(name)
        if desk is None:
            desk = cls.of(find(slug, by=by))
            caches["pages"].set(name, desk, KEPT_SECONDS)
        check_may_see(desk.conference, by=by)
        return desk

    @property
    def is_open(self) -> bool:
        return self.conference.state() == Conference.State.OPEN and bool(self.rows)

    def form(
        self, data: QueryDict | None = None, kind: type[RegistrationForm] = RegistrationForm
    ) -> RegistrationForm:
        return kind(
            data,
            conference=self.conference,
            rows=self.rows,
            kinds=self.kinds,
            blocks=self.blocks,
        )

    def typed_form(self, typed: QueryDict, kind: type[RegistrationForm]) -> RegistrationForm:
        """With what `typed` has, which nobody has asked to be checked."""
        return kind.as_typed(
            typed,
            conference=self.conference,
            rows=self.rows,
            kinds=self.kinds,
            blocks=self.blocks,
        )

    def changed_form(
        self, data: QueryDict, kind: type[RegistrationForm] = RegistrationForm
    ) -> RegistrationForm:
        """Where someone was put into the party or taken out of it, and nothing is sent in yet."""
        return changed(
            data,
            kind=kind,
            conference=self.conference,
            rows=self.rows,
            kinds=self.kinds,
            blocks=self.blocks,
        )
