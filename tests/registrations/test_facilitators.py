"""Whoever holds a workshop takes no seat in it, under whatever name and with whatever place."""

import pytest
from django.test import Client
from django.urls import reverse

from network.models import User
from programme.models import Session
from registrations.actions.handing_over import hand_over
from registrations.actions.workshops import change_workshop, leave_workshop
from registrations.errors import RegistrationError
from registrations.models import Registration, SessionSeat, Tier
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def workshop(participant: Registration) -> Session:
    """Held by Vera, whose address the organisers know."""
    block = factories.make_block(participant.conference, rule="may")
    session = factories.make_workshop(block, title="Verkstedet")
    contribution = factories.make_contribution(session, "Vera Verksted")
    contribution.speaker.email = "Vera@example.no"
    contribution.speaker.save()
    return session


def refused(registration: Registration, session: Session) -> str:
    with pytest.raises(RegistrationError) as refusal:
        change_workshop(registration=registration, session=session)
    return refusal.value.code


class TestChoosing:
    def test_not_under_another_name_with_the_same_address(
        self, workshop: Session, employee_tier: Tier
    ) -> None:
        vera = factories.make_registration(
            employee_tier, name="V. Verksted-Olsen", email="vera@example.no"
        )
        assert refused(vera, workshop) == "own_workshop"

    def test_others_without_an_address_may(self, workshop: Session, employee_tier: Tier) -> None:
        """Neither an empty address nor that of the contact person makes anyone a facilitator."""
        factories.make_contribution(workshop, "Uten Adresse")
        people = [factories.make_person(employee_tier, email="")]
        booking = factories.make_booking(
            employee_tier.conference, people, contact_email="vera@example.no"
        )
        person = booking.registrations.get()
        change_workshop(registration=person, session=workshop)
        assert SessionSeat.objects.get().registration == person


class TestSubstitutes:
    @pytest.mark.parametrize(
        ("name", "email"),
        [("vera verksted", "privat@example.no"), ("V. Olsen", "vera@example.no")],
    )
    def test_are_refused_with_the_reason(
        self, workshop: Session, participant: Registration, client: Client, name: str, email: str
    ) -> None:
        change_workshop(registration=participant, session=workshop)
        address = reverse("manage_hand_over", args=[participant.manage_key])
        answer = client.post(address, {"name": name, "email": email, "agreed": "on"})
        assert answer.status_code in {409, 422}
        text = answer.content.decode()
        assert f"{name} holds “Verkstedet”, which comes with this place." in text
        assert f'value="{email}"' in text
        participant.refresh_from_db()
        assert participant.name == "Per Deltaker"

    def test_may_come_when_the_workshop_is_another(
        self, workshop: Session, participant: Registration
    ) -> None:
        change_workshop(registration=participant, session=workshop)
        leave_workshop(registration=participant, session=workshop)
        hand_over(registration=participant, name="Vera Verksted", email="vera@example.no")
        participant.refresh_from_db()
        assert participant.name == "Vera Verksted"

    def test_organisers_may_decide_otherwise(
        self, workshop: Session, participant: Registration, organiser: User
    ) -> None:
        change_workshop(registration=participant, session=workshop)
        hand_over(
            registration=participant, name="Vera Verksted", email="vera@example.no", by=organiser
        )
        assert SessionSeat.objects.get().session == workshop
