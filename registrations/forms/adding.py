"""The form with which a contact person adds people to a booking that stands."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from conferences.models import Conference
from registrations.actions.adding import too_many
from registrations.actions.applying import Application
from registrations.forms.people import PersonForm
from registrations.forms.registering import RegistrationForm, prefixes
from registrations.models import Booking


def adding_form(booking: Booking, already: int) -> type[RegistrationForm]:
    """For `booking`, in which `already` so many people stand."""

    class AddingForm(RegistrationForm):
        """Contact person, organisation, language and what the party wants are those of the booking."""

        name = None  # type: ignore[assignment]
        email = None  # type: ignore[assignment]
        organisation = None  # type: ignore[assignment]
        organisation_choice = None  # type: ignore[assignment]
        together = None  # type: ignore[assignment]

        def seat(self, data: QueryDict | None) -> list[PersonForm]:
            found = (prefixes(data) if data else []) or ["1"]
            return [self.person(each, data) for each in found]

        def takes_unnamed(self, conference: Conference) -> bool:
            return booking.organisation_id is not None and super().takes_unnamed(conference)

        def dress(self) -> None:
            self.dress_consents()
            if booking.invoice_reference:
                del self.fields["invoice_reference"]
            self.dress_costs()
            self.fields["terms"].label = _("They agree to the terms for registering")

        @property
        def contact(self) -> Mapping[str, Any]:
            return {"name": booking.contact_name, "email": booking.contact_email}

        def check_party(self) -> None:
            super().check_party()
            room = Booking.MOST_PEOPLE - already
            if len(self.people) > room:
                self.add_error(None, too_many(room))

        def application(self, *, language: str, invitation: str = "") -> Application:
            submission = self.submission_key
            assert submission is not None
            return Application(
                submission=submission,
                contact_name=booking.contact_name,
                contact_email=booking.contact_email,
                people=tuple(person.application(contact=self.contact) for person in self.people),
                invoice_reference=self.cleaned_data.get("invoice_reference", ""),
            )

    return AddingForm
