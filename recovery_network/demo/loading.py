from django.db import transaction

from recovery_network import roles
from recovery_network.demo import (
    accounts,
    coming,
    conference_2024,
    course,
    members,
    newsletters,
    organisations,
    publications,
    registrations,
    theme_meeting,
    workshop_day,
)
from recovery_network.demo.surveys import coming as coming_surveys
from recovery_network.demo.surveys import network_2023
from recovery_network.search import actions as search


@transaction.atomic
def load() -> None:
    """Adds what is missing of the demo and leaves everything else as it is, changed or not."""
    roles.sync()
    accounts.load()
    organisations.load()
    publications.load()
    members.load()
    conference_2024.load()
    theme_meeting.load()
    registrations.load(coming.load())
    workshop_day.load()
    course.load()
    newsletters.load()
    network_2023.load()
    coming_surveys.load()
    search.rebuild()
