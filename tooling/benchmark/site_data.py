"""Runs inside the measured site: makes conferences, people and mails, and counts. Prints one JSON value."""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from network.models import User
from newsletter import letters
from newsletter.actions import sending
from newsletter.models import Letter, Subscription
from recovery_network.mail.broker import broker
from recovery_network.mail.models import Mail
from registrations.models import Booking, Registration, Tier
from surveys import guards
from surveys.actions import tallying
from surveys.models import Answer, Envelope
from surveys.queries import read_questionnaire
from tests import factories
from tests.factories.surveys import asking, choices
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


# Keys follow each other here, so that the indexes are quickly made; nothing that is measured minds.
FILL = """
INSERT INTO surveys_response (id, survey_id, day)
SELECT lpad(to_hex(n), 32, '0')::uuid, %(survey)s, %(day)s FROM generate_series(1, %(people)s) n;
INSERT INTO surveys_answer (id, response_id, version_id, option_id, number, text, dont_know)
SELECT lpad(to_hex(row_number() OVER ()), 32, '0')::uuid, r.id, v.id,
    v.options[1 + floor(random() * 4)::int],
    CASE WHEN v.kind = 'scale' THEN 1 + floor(random() * 5)::int END,
    CASE WHEN v.kind = 'long_text' THEN 'Mer tid til samtale. ' || r.id::text ELSE '' END,
    false
FROM surveys_response r CROSS JOIN (
    SELECT v.id, v.kind, array_agg(o.id) FILTER (WHERE o.id IS NOT NULL) AS options
    FROM surveys_questionversion v
    JOIN surveys_question q ON q.id = v.question_id
    JOIN surveys_section s ON s.id = q.section_id
    LEFT JOIN surveys_option o ON o.version_id = v.id
    WHERE s.survey_id = %(survey)s GROUP BY v.id
) v
WHERE r.survey_id = %(survey)s;
ANALYZE surveys_answer; ANALYZE surveys_response;
"""


def large_survey(slug: str, people: str) -> dict[str, object]:
    """A closed survey that so many answered, counted and divided in groups; how long the counting took.

    Thirty questions: nine of one choice, the first of which divides, twenty scales, and one that asks for words.
    """
    kinds = ["one"] * 9 + ["scale"] * 20 + ["long_text"]
    four = asking("one", choices=choices("Kommune", "Sykehus", "Frivillig", "Annet"))["choices"]
    now = timezone.now()
    survey = factories.make_survey(
        [asking(kind, **({"choices": four} if kind == "one" else {})) for kind in kinds],
        slug=slug,
        opens_at=now - timedelta(days=9),
        closes_at=now - timedelta(days=1),
    )
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "survey": survey.pk,
            "day": timezone.localdate(),
            "people": int(people),
        }
        for statement in filter(str.strip, FILL.split(";")):
            cursor.execute(statement, values)
    organiser = factories.make_user(role="organiser")
    tallying.tally(survey=survey, by=organiser)
    started = time.monotonic()
    tallying.divide(survey=survey, version=tallying.dividing(survey)[0], by=organiser)
    seconds = time.monotonic() - started
    client = signed_in(organiser)
    ((cookie, morsel),) = client.cookies.items()
    comments = reverse("admin:surveys_survey_export", args=[survey.pk])
    return {
        "results": reverse("admin:surveys_survey_results", args=[survey.pk]),
        "comments": f"{comments}?what=comments&as=csv",
        "cookie": cookie,
        "session": morsel.value,
        "rows": Answer.objects.filter(response__survey=survey).count(),
        "seconds": seconds,
    }


def signed_in(user: User) -> Client:
    """A browser in which someone has signed in with the second factor that staff need."""
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def queries_signed_in(path: str, cookie: str, session: str) -> int:
    client = Client(headers={"host": "127.0.0.1", "x-forwarded-proto": "https"})
    client.cookies[cookie] = session
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path, secure=True)
    assert response.status_code == 200, response.status_code
    return len(captured)


def quick_survey(slug: str, pages: str) -> dict[str, object]:
    """An open survey of ten questions, with so many pages fetched; what each sends."""
    survey = factories.make_survey([asking("scale") for _number in range(10)], slug=slug)
    questionnaire = read_questionnaire(survey)
    return {
        "path": survey.get_absolute_url(),
        "pages": [guards.new_page_number(slug) for _number in range(int(pages))],
        "typed": {asked.name: "4" for asked in questionnaire.questions},
        "size": questionnaire.envelope_size,
    }


def envelopes(slug: str) -> int:
    return Envelope.objects.filter(survey__slug=slug).count()


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
        large_survey,
        queries_signed_in,
        quick_survey,
        envelopes,
    )
}


def answer() -> None:
    print(json.dumps(QUESTIONS[sys.argv[1]](*sys.argv[2:])))
