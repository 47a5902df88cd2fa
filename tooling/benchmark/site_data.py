"""Runs inside the measured site: makes conferences, people and mails, and counts. Prints one JSON value."""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from newsletter import letters
from newsletter.actions import sending
from newsletter.models import Letter, Subscription
from recovery_network.mail.broker import broker
from recovery_network.mail.models import Mail
from registrations.models import Booking, Registration, Tier
from tests import factories
from tooling.benchmark.search_data import search


def conference(slug: str, places: str) -> dict[str, str]:
    """A conference with one kind of place that needs no organisation; returns its addresses."""
    capacity = int(places) or None
    made = factories.make_conference(slug=slug, capacity=capacity, title=f"Måling {slug}")
    factories.make_tier(made, organisation_required=False, price=Decimal(500))
    return addresses(slug)


def large_programme(slug: str) -> int:
    """A gathering of three days with five hundred sessions in twenty rooms; returns how many there are."""
    starts_at = timezone.now().replace(hour=8, minute=0, second=0, microsecond=0)
    made = factories.make_conference(slug=slug, starts_at=starts_at + timedelta(days=90))
    return len(factories.make_large_programme(made))


def newsletter(count: str) -> dict[str, float]:
    """Sends one letter in two languages to `count` readers; returns how many copies are missing, seconds and megabytes."""
    for first in range(0, int(count), 1000):  # few at a time, so that the peak is the sending's
        Subscription.objects.bulk_create(
            Subscription(email=f"leser{number}@example.no", language=("nb", "da")[number % 2])
            for number in range(first, first + 1000)
        )
    article = factories.make_article()
    texts = {"nb": ("Nytt fra oss", "Hei. " * 300), "da": ("Nyt fra os", "Hej. " * 300)}
    letter = factories.make_letter(texts=texts, articles=[article])
    addresses = letters.audience(letter).count()
    letter.state, letter.send_at = Letter.State.SCHEDULED, timezone.now()
    letter.slug = "maling"
    letter.save()
    before = peak_memory()
    began = time.perf_counter()
    sending.send_letters()
    seconds = time.perf_counter() - began
    copies = Mail.objects.filter(key__startswith=letter.mail_prefix).count()
    return {"missing": addresses - copies, "seconds": seconds, "megabytes": peak_memory() - before}


def peak_memory() -> float:
    """The most that this process has held, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1_000_000 if sys.platform == "darwin" else 1000)


def migrated() -> bool:
    """Make the tables where there are none."""
    call_command("migrate", interactive=False, verbosity=0)
    return True


def addresses(slug: str) -> dict[str, str]:
    names = {"page": "conference_detail", "programme": "programme", "form": "register"}
    return {key: reverse(name, args=[slug]) for key, name in names.items()}


def people(slug: str, count: str) -> int:
    """Write confirmed registrations until the conference has `count` of them."""
    tier = Tier.objects.filter(conference__slug=slug).select_related("conference").first()
    assert tier is not None
    there = Registration.objects.filter(conference=tier.conference).count()
    numbers = range(there, int(count))
    bookings = Booking.objects.bulk_create(
        Booking(
            conference=tier.conference,
            contact_name=f"Person {number}",
            contact_email=f"p{number}@example.no",
        )
        for number in numbers
    )
    Registration.objects.bulk_create(
        Registration(
            booking=booking,
            conference=tier.conference,
            tier=tier,
            name=booking.contact_name,
            email=booking.contact_email,
            state=Registration.State.CONFIRMED,
            confirmed_at=timezone.now(),
            price=tier.price,
        )
        for booking in bookings
    )
    return Registration.objects.filter(conference=tier.conference).count()


def confirmed(slug: str) -> int:
    return Registration.objects.confirmed().filter(conference__slug=slug).count()


COMMITS = """SELECT s.email FROM registrations_submission s
             JOIN conferences_conference c ON c.id = s.conference_id
             WHERE c.slug = %s ORDER BY pg_xact_commit_timestamp(s.xmin)"""


def line(slug: str) -> dict[str, object]:
    """Contacts as they stand, those with places first, and in the order in which PostgreSQL committed them."""
    rows = Registration.objects.filter(conference__slug=slug)
    waiting = rows.in_line()
    stand = [*rows.confirmed().order_by("confirmed_at", "pk"), *waiting]
    contacts = dict(rows.values_list("pk", "booking__contact_email"))
    with connection.cursor() as cursor:
        cursor.execute(COMMITS, [slug])
        commits = [email for (email,) in cursor.fetchall()]
    return {
        "waiting": waiting.count(),
        "stand": list(dict.fromkeys(contacts[each.pk] for each in stand)),
        "commits": commits,
    }


def queries(path: str) -> int:
    """How many queries a stranger's first visit to a page takes when nothing is kept."""
    for name in ("default", "pages"):
        caches[name].clear()
    client = Client(headers={"host": "127.0.0.1", "x-forwarded-proto": "https"})
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path, secure=True)
    assert response.status_code == 200, response.status_code
    return len(captured)


def mails(count: str) -> int:
    """Queue copies of the newest confirmation, so that each has its calendar file made and attached."""
    pattern = Mail.objects.filter(kind="confirmation").latest("pk")
    Mail.objects.filter(state=Mail.State.QUEUED).update(state=Mail.State.CANCELLED)
    copies = Mail.objects.bulk_create(
        Mail(
            key=f"benchmark:{number}",
            kind=pattern.kind,
            recipient=f"person{number}@example.no",
            language=pattern.language,
            subject=pattern.subject,
            text=pattern.text,
            html=pattern.html,
            attachments=pattern.attachments,
            about=pattern.about,
        )
        for number in range(int(count))
    )
    return sum(broker.nudge(mail.pk) for mail in copies)


QUESTIONS: dict[str, Callable[..., object]] = {
    function.__name__: function
    for function in (
        conference,
        large_programme,
        newsletter,
        addresses,
        people,
        confirmed,
        line,
        queries,
        mails,
        migrated,
        search,
    )
}


def answer() -> None:
    print(json.dumps(QUESTIONS[sys.argv[1]](*sys.argv[2:])))
