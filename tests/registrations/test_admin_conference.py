from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conferences.admin import state_in_words
from conferences.models import Conference
from network.models import User
from programme.models import Session
from recovery_network.audit.models import AuditEvent
from recovery_network.slugs import free_slug
from registrations.actions.applying import NeedReport
from registrations.actions.cancelling import cancel
from registrations.models import Registration, Tier
from tests import factories

pytestmark = pytest.mark.django_db
State = Registration.State


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, conference: Conference) -> str:
    return reverse(f"admin:conferences_conference_{name}", args=[conference.pk])


def local(moment: datetime) -> str:
    aware = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{aware:%Y-%m-%dT%H:%M:%S}"


def as_posted(browser: Client, address: str) -> dict[str, Any]:
    """What a browser would send back from the form at `address` if nobody typed anything."""
    context = browser.get(address).context
    data: dict[str, Any] = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(value, datetime):
                value = local(value)
            unset = value is None or value is False or isinstance(value, FieldFile)
            if not unset:
                data[field.html_name] = "on" if value is True else value
    return data


@pytest.fixture
def browser(organiser: User) -> Client:
    return browser_of(organiser)


def change(browser: Client, conference: Conference, **fields: Any) -> Any:
    address = page("change", conference)
    data = as_posted(browser, address)
    for name, value in fields.items():
        data[name.replace("__", "-")] = value
    return browser.post(address, {key: value for key, value in data.items() if value is not None})


class TestChanging:
    @time_machine.travel("2026-11-01T12:00:07Z", tick=False)
    def test_saving_untouched_changes_nothing(self, browser: Client) -> None:
        """Not even the seconds, which the form shows only where there are some."""
        conference = factories.make_conference()
        factories.make_tier(conference)
        factories.make_session(conference)
        before = Conference.objects.filter(pk=conference.pk).values().get()
        assert change(browser, conference).status_code == 302
        after = Conference.objects.filter(pk=conference.pk).values().get()
        assert after == {**before, "revision": before["revision"] + 1}
        event = AuditEvent.objects.get(action="conference.changed")
        assert event.details == {"changes": {"fields": []}}

    def test_everything_is_edited_in_one_place(
        self, browser: Client, conference: Conference, employee_tier: Tier
    ) -> None:
        organisation = factories.make_organisation("Eksempel")
        response = change(
            browser,
            conference,
            title="Ny tittel",
            organiser_rows__0__organisation=organisation.pk,
            tiers__0__price="600",
            tiers__1__name_nb="Friplass",
            tiers__1__limit_per_organisation="5",
            sessions__0__title="Åpning",
            sessions__0__starts_at=local(conference.starts_at),
        )
        assert response.status_code == 302
        conference.refresh_from_db()
        assert conference.title == "Ny tittel"
        assert list(conference.organisers.all()) == [organisation]
        tiers = conference.tiers.values_list("key", "name_nb", "price", "limit_per_organisation")
        assert sorted(tiers) == [
            ("ansatt", "Ansatt", Decimal(600), None),
            ("friplass", "Friplass", Decimal(0), 5),
        ]
        assert list(conference.sessions.values_list("key", "title")) == [("apning", "Åpning")]
        assert AuditEvent.objects.get(action="conference.changed").details == {
            "changes": {
                "fields": ["title"],
                "conferenceorganiser": {"added": 1},
                "tier": {"added": 1, "changed": 1, "fields": ["price"]},
                "session": {"added": 1},
            }
        }

    def test_sessions_of_one_title_get_addresses_of_their_own(
        self, browser: Client, conference: Conference
    ) -> None:
        for number in range(2):
            change(
                browser,
                conference,
                **{
                    f"sessions__{number}__title": "Pause",
                    f"sessions__{number}__starts_at": local(conference.starts_at),
                },
            )
        assert sorted(conference.sessions.values_list("key", flat=True)) == ["pause", "pause-2"]

    def test_more_places_are_given_to_those_who_wait(
        self, browser: Client, organiser: User
    ) -> None:
        conference = factories.make_conference(capacity=1, offer_hours=0)
        tier = factories.make_tier(conference)
        factories.make_registration(tier)
        waiting = factories.make_registration(tier, accept_waiting=True)
        assert waiting.state == State.WAITING
        change(browser, conference, capacity="2")
        waiting.refresh_from_db()
        assert waiting.state == State.CONFIRMED

    def test_higher_limit_per_organisation_is_given_too(
        self, browser: Client, organiser: User
    ) -> None:
        conference = factories.make_conference(offer_hours=48)
        tier = factories.make_free_tier(conference, limit_per_organisation=1)
        organisation = factories.make_organisation()
        factories.make_registration(tier, organisation=organisation)
        waiting = factories.make_registration(tier, organisation=organisation, accept_waiting=True)
        change(browser, conference, tiers__0__limit_per_organisation="2")
        waiting.refresh_from_db()
        assert waiting.state == State.OFFERED

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"title": ""}, "title"),
            ({"title": "x" * 400}, "title"),
            ({"title": "\u202eevil"}, "title"),
            ({"capacity": "0"}, "capacity"),
            ({"capacity": "-1"}, "capacity"),
            ({"capacity": "mange"}, "capacity"),
            ({"capacity": "99999999999999999999"}, "capacity"),
            ({"starts_at": "i morgen"}, "starts_at"),
            ({"ends_at": "2001-01-01T10:00"}, "__all__"),
            ({"registration_closes_at": "2001-01-01T10:00"}, "__all__"),
            ({"reminder_days": "syv"}, "reminder_days"),
            ({"venue": ""}, "venue"),
            ({"venue": "999999"}, "venue"),
            ({"kind": "fest"}, "kind"),
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"offer_hours": "100000"}, "offer_hours"),
        ],
    )
    def test_nonsense_is_told_and_nothing_is_written(
        self, fields: dict[str, str], wrong: str, browser: Client, conference: Conference
    ) -> None:
        before = Conference.objects.filter(pk=conference.pk).values().get()
        response = change(browser, conference, **fields)
        assert response.status_code == 200
        assert list(response.context["adminform"].form.errors) == [wrong]
        assert Conference.objects.filter(pk=conference.pk).values().get() == before

    def test_mistake_while_taking_back_to_draft_is_told(
        self, browser: Client, conference: Conference
    ) -> None:
        response = change(browser, conference, published_at="", title="")
        assert response.status_code == 200
        assert list(response.context["adminform"].form.errors) == ["title"]

    def test_empty_post_is_told(self, browser: Client, conference: Conference) -> None:
        assert browser.post(page("change", conference), {}).status_code == 200

    def test_tier_without_a_name_is_told(self, browser: Client, conference: Conference) -> None:
        response = change(browser, conference, tiers__0__price="100")
        assert response.status_code == 200
        assert "name_nb" in response.context["inline_admin_formsets"][1].formset.errors[0]

    def test_tier_named_in_danish_alone_is_fine(
        self, browser: Client, conference: Conference
    ) -> None:
        change(browser, conference, tiers__0__name_da="Medarbejder")
        assert Tier.objects.values_list("key", "name_da").get() == ("medarbejder", "Medarbejder")

    def test_tier_of_another_conference_is_no_overflow(
        self, browser: Client, conference: Conference, employee_tier: Tier
    ) -> None:
        stranger = factories.make_tier(factories.make_conference())
        response = change(browser, conference, tiers__0__overflow_tier=stranger.pk)
        assert "overflow_tier" in response.context["inline_admin_formsets"][1].formset.errors[0]

    def test_tier_that_someone_holds_stays(
        self, browser: Client, participant: Registration
    ) -> None:
        assert change(browser, participant.conference, tiers__0__DELETE="on").status_code == 302
        assert Tier.objects.filter(pk=participant.tier_id).exists()

    def test_conference_with_registrations_stays(
        self, browser: Client, participant: Registration
    ) -> None:
        response = browser.post(page("delete", participant.conference), {"post": "yes"})
        assert response.status_code in {200, 403}
        assert Conference.objects.filter(pk=participant.conference_id).exists()

    def test_address_of_what_is_published_stays(
        self, browser: Client, conference: Conference
    ) -> None:
        change(browser, conference, slug="en-annen")
        conference.refresh_from_db()
        assert conference.slug == "konferansen"

    def test_upload_that_is_no_picture_is_told(
        self, browser: Client, conference: Conference
    ) -> None:
        script = SimpleUploadedFile("bilde.jpg", b"<script>alert(1)</script>", "image/jpeg")
        response = change(browser, conference, hero_image=script, hero_alt="Noe")
        assert list(response.context["adminform"].form.errors) == ["hero_image"]

    def test_new_one_gets_its_address_from_its_title(self, browser: Client) -> None:
        address = reverse("admin:conferences_conference_add")
        data = as_posted(browser, address)
        new = {
            "title": "Ny samling på Bryne",
            "summary": "En dag",
            "starts_at": "2031-05-01T09:00",
            "ends_at": "2031-05-01T15:00",
        }
        assert browser.post(address, {**data, **new}).status_code == 302
        made = Conference.objects.get()
        assert (made.slug, made.state()) == ("ny-samling-pa-bryne", Conference.State.DRAFT)
        assert f"{timezone.localtime(made.starts_at):%H:%M}" == "09:00"


class TestEditor:
    def test_writes_texts_and_decides_nothing(self, editor: User, conference: Conference) -> None:
        change(
            browser_of(editor),
            conference,
            theme="Håp",
            capacity="5",
            cancelled_at="2020-01-01T10:00",
            published_at="",
            tiers__0__name_nb="Gratis",
        )
        conference.refresh_from_db()
        assert (conference.theme, conference.capacity, conference.cancelled_at) == (
            "Håp",
            300,
            None,
        )
        assert conference.published_at is not None
        assert not conference.tiers.exists()

    def test_those_who_only_look_write_nothing(
        self, treasurer: User, doorkeeper: User, conference: Conference
    ) -> None:
        for user in (treasurer, doorkeeper):
            response = browser_of(user).post(page("change", conference), {"title": "Kuppet"})
            assert response.status_code == 403
        conference.refresh_from_db()
        assert conference.title == "Sosial recovery-konferansen"


class TestKeptPages:
    """What visitors see is marked as changed by every change of what it shows."""

    def revision(self, conference: Conference) -> int:
        return Conference.objects.get(pk=conference.pk).revision

    def test_by_a_session(self, browser: Client, conference: Conference) -> None:
        session = factories.make_session(conference)
        before = self.revision(conference)
        address = reverse("admin:programme_session_change", args=[session.pk])
        data = as_posted(browser, address)
        assert browser.post(address, {**data, "title": "Nytt"}).status_code == 302
        assert self.revision(conference) > before
        assert Session.objects.get().title == "Nytt"
        browser.post(reverse("admin:programme_session_delete", args=[session.pk]), {"post": "yes"})
        assert not Session.objects.exists()
        assert self.revision(conference) > before + 1

    def test_by_a_speaker_and_a_venue(self, browser: Client, conference: Conference) -> None:
        contribution = factories.make_contribution(factories.make_session(conference))
        other = factories.make_conference()
        before, untouched = self.revision(conference), self.revision(other)
        speaker = reverse("admin:programme_speaker_change", args=[contribution.speaker_id])
        browser.post(speaker, {"name": "Nytt Navn"})
        assert self.revision(conference) == before + 1
        venue = reverse("admin:conferences_venue_change", args=[conference.venue_id])
        browser.post(venue, {**as_posted(browser, venue), "name": "Ny sal"})
        assert self.revision(conference) == before + 2
        assert self.revision(other) == untouched

    def test_by_an_organiser_organisation(self, browser: Client, conference: Conference) -> None:
        organisation = factories.make_organisation("Eksempel")
        conference.organiser_rows.create(organisation=organisation)
        before = self.revision(conference)
        address = reverse("admin:network_organisation_change", args=[organisation.pk])
        browser.post(address, {**as_posted(browser, address), "name": "Eksempelet"})
        assert self.revision(conference) == before + 1


def test_session_without_an_address_gets_one(browser: Client, conference: Conference) -> None:
    address = reverse("admin:programme_session_add")
    data = as_posted(browser, address)
    new = {
        "conference": conference.pk,
        "title": "Håp og mestring",
        "starts_at": local(conference.starts_at),
    }
    assert browser.post(address, {**data, **new}).status_code == 302
    assert Session.objects.get().key == "hap-og-mestring"


def test_free_slug() -> None:
    factories.make_conference(slug="samling")
    taken = Conference.objects.all()
    assert free_slug("Samling!", taken, "slug") == "samling-2"
    assert free_slug("🙂", taken, "slug") == "side"
    assert free_slug("x" * 300, taken, "slug") == "x" * 75


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"published_at": None}, "Draft: it has no date"),
        ({"published_at": timedelta(days=1)}, "Draft: it is published"),
        ({"archived_at": timedelta(days=-1)}, "Archived since"),
        ({"cancelled_at": timedelta(days=-1)}, "Cancelled since"),
        ({"starts_at": timedelta(days=-9), "ends_at": timedelta(days=-8)}, "Held: it ended"),
        ({"closed_at": timedelta(days=-1)}, "Closed by the organiser since"),
        ({"registration_closes_at": timedelta(days=-1)}, "Registration closed"),
        ({}, "Registration is open until"),
        ({"registration_opens_at": timedelta(days=1)}, "Published; registration opens"),
        ({"registration_opens_at": None}, "Published; registration has no date"),
    ],
)
@pytest.mark.usefixtures("in_english")
def test_state_in_words(fields: dict[str, timedelta | None], words: str) -> None:
    now = timezone.now()
    moments = {name: now + value if value else None for name, value in fields.items()}
    assert state_in_words(factories.make_conference(**moments)).startswith(words)


class TestOverview:
    @pytest.fixture
    def busy(self, conference: Conference, free_tier: Tier, employee_tier: Tier) -> Conference:
        organisation = factories.make_organisation("Hå kommune")
        for _number in range(7):
            factories.make_registration(free_tier, organisation=organisation, accept_waiting=True)
        factories.make_registration(employee_tier, needs=(NeedReport("diet", "nøtter"),))
        Tier.objects.filter(pk=free_tier.pk).update(limit_per_organisation=4)
        return conference

    @pytest.mark.usefixtures("in_english")
    def test_counts(self, busy: Conference, browser: Client) -> None:
        overview = browser.get(page("overview", busy)).context["overview"]
        assert (overview.seats.confirmed, overview.seats.left, overview.seats.waiting) == (
            6,
            294,
            2,
        )
        (share,) = overview.shares
        assert (share.organisation.name, share.taken, share.limit, share.over) == (
            "Hå kommune",
            5,
            4,
            1,
        )
        assert [str(each.get_waiting_for_display()) for each in overview.queue] == [
            "the organisation's places are taken"
        ] * 2
        (need,) = overview.needs
        assert (need.kind, need.by_status, need.total) == ("food", [1, 0, 0], 1)
        assert overview.chart.total == 8
        assert overview.mails.unsent == 8

    def test_treasurer_sees_no_needs_and_no_mails(self, busy: Conference, treasurer: User) -> None:
        response = browser_of(treasurer).get(page("overview", busy))
        overview = response.context["overview"]
        assert (overview.needs, overview.mails) == (None, None)
        assert "needs=yes" not in response.content.decode()

    def test_wrong_method(self, conference: Conference, browser: Client) -> None:
        assert browser.post(page("overview", conference)).status_code == 405

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_for_one_and_three(
        self, rows: int, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        conference = factories.make_conference(capacity=rows)
        for number in range(rows):
            tier = factories.make_free_tier(factories.make_conference())
            Tier.objects.filter(pk=tier.pk).update(conference=conference, key=f"t{number}")
            tier.refresh_from_db()
            factories.make_registration(tier, needs=(NeedReport("diet", "x"),))
        for _number in range(rows):
            factories.make_registration(tier, accept_waiting=True)
        browser.get(page("overview", conference))
        with django_assert_num_queries(18):
            browser.get(page("overview", conference))


class TestExport:
    def export(self, user: User, conference: Conference, kind: str, **more: Any) -> Any:
        data = {"format": kind, "with_tiers": "on", **more}
        return browser_of(user).post(page("export", conference), data)

    def test_holds_everyone_and_no_needs(
        self, employee_tier: Tier, organiser: User, conference: Conference
    ) -> None:
        factories.make_registration(
            employee_tier, name="=Eva Formel", needs=(NeedReport("diet", "hemmelig"),)
        )
        factories.make_registration(
            factories.make_tier(factories.make_conference()), name="En Annen"
        )
        text = b"".join(self.export(organiser, conference, "csv").streaming_content).decode()
        head, *rows = text.strip().splitlines()
        assert len(rows) == 1
        assert "'=Eva Formel" in rows[0]
        assert "hemmelig" not in text
        assert len(head.split(";")) == len(rows[0].split(";")) == 17

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_is_audited(self, kind: str, treasurer: User, participant: Registration) -> None:
        response = self.export(treasurer, participant.conference, kind)
        assert len(b"".join(response.streaming_content)) > 100
        event = AuditEvent.objects.get(action="registrations.exported")
        assert (event.actor_id, event.conference_id) == (treasurer.pk, participant.conference_id)
        assert event.details == {"format": kind, "tiers": True, "segment": {}}

    def test_a_free_place_looks_like_any_other_unless_asked_for(
        self, free_tier: Tier, organiser: User, conference: Conference
    ) -> None:
        factories.make_registration(free_tier)
        response = self.export(organiser, conference, "csv", with_tiers="")
        text = b"".join(response.streaming_content).decode()
        assert len(text.splitlines()) == 2
        assert [word for word in (free_tier.name, "0.00", "friplass") if word in text] == []

    def test_holds_those_who_are_chosen(
        self, employee_tier: Tier, free_tier: Tier, organiser: User, conference: Conference
    ) -> None:
        factories.make_registration(employee_tier, name="Anne")
        factories.make_registration(free_tier, name="Bo")
        cancel(registration=factories.make_registration(free_tier, name="Cato"))
        chosen = {"states": ["confirmed"], "tiers": [free_tier.pk]}
        response = self.export(organiser, conference, "csv", **chosen)
        lines = b"".join(response.streaming_content).decode().splitlines()[1:]
        assert [line.split(";")[2] for line in lines] == ["Bo"]

    def test_what_cannot_be_chosen_is_told(
        self, organiser: User, participant: Registration
    ) -> None:
        response = self.export(organiser, participant.conference, "csv", states=["tull"])
        assert set(response.context["form"].errors) == {"states"}

    @pytest.mark.parametrize("role", ["editor", "doorkeeper"])
    def test_others_may_not(self, role: str, participant: Registration) -> None:
        user = factories.make_user(role=role)
        assert self.export(user, participant.conference, "csv").status_code == 403
        assert not AuditEvent.objects.filter(action="registrations.exported").exists()

    def test_unknown_format(self, organiser: User, conference: Conference) -> None:
        assert self.export(organiser, conference, "exe").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("conferences_conference", 6),
        ("conferences_venue", 6),
        ("programme_session", 7),
        ("programme_speaker", 6),
    ],
)
def test_lists_cost_the_same_for_one_and_three(
    name: str,
    queries: int,
    rows: int,
    browser: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        conference = factories.make_conference()
        factories.make_contribution(factories.make_session(conference), f"Navn {number}")
    browser.get(reverse(f"admin:{name}_changelist"))
    with django_assert_num_queries(queries):
        browser.get(reverse(f"admin:{name}_changelist"))
