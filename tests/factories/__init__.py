"""Rows with sensible values; a test names only what it is about. One file per app."""

from tests.factories.conferences import (
    make_conference,
    make_room,
    make_venue,
)
from tests.factories.counting import numbers
from tests.factories.membership import (
    make_consent,
    make_join_request,
    make_membership,
    make_topic,
)
from tests.factories.network import (
    make_organisation,
    make_user,
)
from tests.factories.newsletter import (
    make_letter,
    make_subscribe_request,
    make_subscription,
)
from tests.factories.programme import (
    make_block,
    make_contribution,
    make_large_programme,
    make_material,
    make_session,
    make_track,
    make_workshop,
    republish,
)
from tests.factories.publications import (
    make_article,
    make_resource,
)
from tests.factories.registrations import (
    apply,
    make_application,
    make_booking,
    make_booking_row,
    make_choice,
    make_free_tier,
    make_party,
    make_person,
    make_registration,
    make_tier,
)
from tests.factories.search import index
from tests.factories.surveys import (
    ask,
    make_invitation,
    make_survey,
)

__all__ = [
    "apply",
    "ask",
    "index",
    "make_application",
    "make_article",
    "make_block",
    "make_booking",
    "make_booking_row",
    "make_choice",
    "make_conference",
    "make_consent",
    "make_contribution",
    "make_free_tier",
    "make_invitation",
    "make_join_request",
    "make_large_programme",
    "make_letter",
    "make_material",
    "make_membership",
    "make_organisation",
    "make_party",
    "make_person",
    "make_registration",
    "make_resource",
    "make_room",
    "make_session",
    "make_subscribe_request",
    "make_subscription",
    "make_survey",
    "make_tier",
    "make_topic",
    "make_track",
    "make_user",
    "make_venue",
    "make_workshop",
    "numbers",
    "republish",
]
