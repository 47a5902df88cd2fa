from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conferences.actions import touch
from conferences.models import Conference
from network.models import User
from registrations.models import Booking, Registration, Tier
from tests import factories
from tests.factories import make_conference, make_free_tier, make_organisation, make_tier

LANGUAGES = [("nb", ""), ("nn", "/nn"), ("da", "/da"), ("en", "/en")]


def held(**fields: object) -> Conference:
    return make_conference(starts_at=timezone.now() - timedelta(days=30), **fields)


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


class TestList:
    def test_shows_coming_ones_first_and_then_those_held(self, outsider: Client, db: None) -> None:
        later = make_conference(starts_at=timezone.now() + timedelta(days=90))
        sooner = make_conference(starts_at=timezone.now() + timedelta(days=10))
        past = held()
        response = outsider.get("/arrangementer/")
        assert response.context["upcoming"] == [sooner, later]
        assert response.context["held"] == [past]

    def test_says_so_when_nothing_is_planned(self, outsider: Client, db: None) -> None:
        page = text(outsider, "/en/arrangementer/")
        assert "Nothing is planned just now. Come back soon." in page

    def test_leaves_out_drafts_and_archived_ones(self, outsider: Client, db: None) -> None:
        make_conference(published_at=None)
        make_conference(published_at=timezone.now() + timedelta(hours=1))
        make_conference(archived_at=timezone.now())
        response = outsider.get("/arrangementer/")
        assert response.context["upcoming"] == []
        assert response.context["held"] == []

    def test_turns_the_page_after_ten_held(self, outsider: Client, db: None) -> None:
        for _number in range(11):
            held()
        coming = make_conference()
        first, second = (
            outsider.get("/en/arrangementer/"),
            outsider.get("/en/arrangementer/?page=2"),
        )
        assert len(first.context["held"]) == 10
        assert len(second.context["held"]) == 1
        assert (first.context["upcoming"], second.context["upcoming"]) == ([coming], [])
        assert "Page 2 of 2" in second.content.decode()

    @pytest.mark.parametrize("page", ["0", "2", "-1", "x", "", "1.0", "१", "9" * 5000, "01"])
    def test_has_no_other_pages(self, outsider: Client, db: None, page: str) -> None:
        assert outsider.get("/arrangementer/", {"page": page}).status_code == 404

    @pytest.mark.parametrize("number", [1, 3])
    def test_costs_the_same_for_one_and_for_three(
        self,
        outsider: Client,
        db: None,
        django_assert_num_queries: DjangoAssertNumQueries,
        number: int,
    ) -> None:
        for _number in range(number):
            make_conference()
            held()
        with django_assert_num_queries(4):
            outsider.get("/arrangementer/")
        with django_assert_num_queries(1):
            outsider.get("/arrangementer/")

    def test_shows_a_new_conference_at_once(self, outsider: Client, db: None) -> None:
        text(outsider, "/arrangementer/")
        make_conference(title="Rett fra trykken")
        assert "Rett fra trykken" in text(outsider, "/arrangementer/")

    def test_shows_the_conference_that_took_anothers_place(
        self, outsider: Client, db: None
    ) -> None:
        make_conference(title="Den gamle").delete()
        text(outsider, "/arrangementer/")
        make_conference(title="Den nye")
        assert "Den nye" in text(outsider, "/arrangementer/")


class TestDetail:
    @pytest.mark.parametrize(("language", "prefix"), LANGUAGES)
    def test_speaks_each_language_and_marks_that_of_the_organiser(
        self, outsider: Client, conference: Conference, language: str, prefix: str
    ) -> None:
        Conference.objects.filter(pk=conference.pk).update(language="da", about="Vi ses.")
        page = text(outsider, f"{prefix}/arrangementer/konferansen/")
        assert f'<html lang="{language}">' in page
        assert '<h1 lang="da">Sosial recovery-konferansen</h1>' in page
        assert '<div class="prose" lang="da"><p>Vi ses.</p>' in page

    def test_names_its_address_in_each_language(
        self, outsider: Client, conference: Conference
    ) -> None:
        page = text(outsider, "/en/arrangementer/konferansen/")
        site = "http://testserver"
        assert f'rel="canonical" href="{site}/en/arrangementer/konferansen/"' in page
        for language, prefix in [*LANGUAGES, ("x-default", "")]:
            address = f"{site}{prefix}/arrangementer/konferansen/"
            assert f'rel="alternate" hreflang="{language}" href="{address}"' in page

    def test_tells_what_there_is_to_know(self, outsider: Client, conference: Conference) -> None:
        make_tier(conference, audience="For ansatte")
        make_free_tier(conference, name="Friplass")
        organiser = make_organisation("Bygdekommunen")
        conference.organiser_rows.create(organisation=organiser)
        Conference.objects.filter(pk=conference.pk).update(
            theme="Livet der du bor", theme_questions="Hva bærer?\n\nHvem mangler?"
        )
        page = text(outsider, "/en/arrangementer/konferansen/")
        for words in (
            "Livet der du bor",
            "<li>Hva bærer?</li>",
            "<li>Hvem mangler?</li>",
            "Fjordsalen, Sandnes",
            "Strandgata 1, 4300 Sandnes",
            "NOK 500",
            "For ansatte",
            "At most 5 for each organisation",
            "<li>Bygdekommunen</li>",
            "Kari Kontakt",
            "Registration is open.",
            'href="/en/arrangementer/konferansen/pamelding/"',
        ):
            assert words in page

    def test_keeps_the_order_of_the_organisers(
        self, outsider: Client, conference: Conference
    ) -> None:
        for position, name in ((2, "Tredje"), (0, "Første"), (1, "Andre")):
            conference.organiser_rows.create(
                organisation=make_organisation(name), position=position
            )
        response = outsider.get("/arrangementer/konferansen/")
        assert response.context["organisers"] == ["Første", "Andre", "Tredje"]

    def test_tells_times_of_the_place_where_it_is_held(
        self, outsider: Client, conference: Conference
    ) -> None:
        moment = timezone.now().replace(year=2027, month=1, day=14, hour=8, minute=30)
        Conference.objects.filter(pk=conference.pk).update(
            time_zone="Europe/Helsinki", starts_at=moment, ends_at=moment + timedelta(hours=7)
        )
        assert "10:30–17:30" in text(outsider, "/en/arrangementer/konferansen/")
        assert "10:30–17:30" in text(outsider, "/en/arrangementer/")
        assert "10:30–17:30" in text(outsider, "/en/")

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({}, "Registration is open."),
            ({"registration_opens_at": None}, "Registration is not open yet."),
            ({"closed_at": timezone.now()}, "Registration is closed."),
            ({"cancelled_at": timezone.now()}, "This gathering is cancelled."),
            ({"archived_at": timezone.now()}, "This gathering is in the archive."),
            ({"starts_at": timezone.now() - timedelta(days=30)}, "This gathering has been held."),
        ],
    )
    def test_says_the_state_in_words(
        self, outsider: Client, db: None, fields: dict[str, object], words: str
    ) -> None:
        conference = make_conference(**fields)
        assert words in text(outsider, f"/en/arrangementer/{conference.slug}/")

    def test_tells_when_registration_opens(self, outsider: Client, db: None) -> None:
        conference = make_conference(
            registration_opens_at=timezone.now().replace(year=2031, month=1, day=3, hour=12),
            starts_at=timezone.now().replace(year=2031, month=4, day=18),
        )
        page = text(outsider, f"/en/arrangementer/{conference.slug}/")
        assert "Registration opens 3 January 2031." in page

    def test_offers_the_waiting_list_when_full(self, outsider: Client, db: None) -> None:
        conference = make_conference(capacity=1)
        factories.apply(make_tier(conference))
        page = text(outsider, f"/en/arrangementer/{conference.slug}/")
        assert "All places are taken. You can join the waiting list." in page
        assert ">Join the waiting list</a>" in page

    def test_is_not_there_under_another_address(self, outsider: Client, db: None) -> None:
        assert outsider.get("/arrangementer/finnes-ikke/").status_code == 404

    def test_answers_head_without_a_body(self, outsider: Client, conference: Conference) -> None:
        for _cold_and_kept in range(2):
            response = outsider.head("/arrangementer/konferansen/")
            assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize(
    "path",
    ["/", "/arrangementer/", "/arrangementer/konferansen/", "/kalender.ics"]
    + ["/arrangementer/konferansen/kalender.ics"],
)
def test_public_pages_are_only_read(
    outsider: Client, conference: Conference, path: str, method: str
) -> None:
    assert getattr(outsider, method)(path).status_code == 405


class TestDrafts:
    PATHS = ("", "kalender.ics", "program/", "program.ics", "program/okten/")

    @pytest.fixture
    def draft(self, db: None) -> Conference:
        draft = make_conference(slug="utkast", published_at=None)
        factories.make_session(draft, "okten")
        return draft

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("role", ["organiser", "editor", "treasurer", "doorkeeper"])
    def test_are_seen_by_staff_who_see_conferences(
        self, client: Client, draft: Conference, path: str, role: str
    ) -> None:
        client.force_login(factories.make_user(role=role))
        assert client.get(f"/arrangementer/utkast/{path}").status_code == 200

    @pytest.mark.parametrize("path", PATHS)
    def test_are_hidden_from_everyone_else(
        self, client: Client, draft: Conference, member: User, path: str
    ) -> None:
        assert client.get(f"/arrangementer/utkast/{path}").status_code == 404
        client.force_login(member)
        assert client.get(f"/arrangementer/utkast/{path}").status_code == 404

    def test_are_hidden_from_staff_without_the_right_and_from_the_right_without_staff(
        self, client: Client, draft: Conference, member: User
    ) -> None:
        client.force_login(factories.make_user(is_staff=True))
        assert client.get("/arrangementer/utkast/").status_code == 404
        member.user_permissions.add(Permission.objects.get(codename="view_conference"))
        client.force_login(member)
        assert client.get("/arrangementer/utkast/").status_code == 404

    @pytest.mark.parametrize("path", ["", "program/", "program/okten/"])
    def test_say_what_they_are_and_are_never_kept(
        self, client: Client, draft: Conference, organiser: User, path: str
    ) -> None:
        client.force_login(organiser)
        response = client.get(f"/en/arrangementer/utkast/{path}")
        assert "This is a draft. Only organisers see it." in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        client.logout()
        assert client.get(f"/en/arrangementer/utkast/{path}").status_code == 404

    def test_published_pages_are_gone_at_once_when_taken_back(
        self, outsider: Client, conference: Conference
    ) -> None:
        text(outsider, "/arrangementer/konferansen/")
        Conference.objects.filter(pk=conference.pk).update(published_at=None)
        assert outsider.get("/arrangementer/konferansen/").status_code == 404


def crowd(tier: Tier, number: int) -> None:
    """Confirmed registrations past the verbs, which would take too long for a thousand."""
    booking = Booking.objects.create(
        conference=tier.conference, contact_name="Rad", contact_email="rad@example.no"
    )
    Registration.objects.bulk_create(
        Registration(
            booking=booking,
            conference=tier.conference,
            tier=tier,
            name=f"Rad {each}",
            state=Registration.State.CONFIRMED,
            confirmed_at=timezone.now(),
        )
        for each in range(number)
    )


class TestKeeping:
    @pytest.mark.parametrize("number", [10, 1000])
    @pytest.mark.parametrize("organisers", [0, 3])
    def test_three_queries_cold_and_one_kept(
        self,
        outsider: Client,
        conference: Conference,
        employee_tier: Tier,
        free_tier: Tier,
        django_assert_num_queries: DjangoAssertNumQueries,
        number: int,
        organisers: int,
    ) -> None:
        crowd(employee_tier, number)
        for _each in range(organisers):
            conference.organiser_rows.create(organisation=make_organisation())
        with django_assert_num_queries(3):
            outsider.get("/arrangementer/konferansen/")
        with django_assert_num_queries(1):
            outsider.get("/arrangementer/konferansen/")

    def test_an_organisers_change_shows_at_once(
        self, outsider: Client, conference: Conference
    ) -> None:
        before = text(outsider, "/arrangementer/konferansen/")
        Conference.objects.filter(pk=conference.pk).update(title="Nytt navn")
        assert text(outsider, "/arrangementer/konferansen/") == before
        touch(conference)
        assert "Nytt navn" in text(outsider, "/arrangementer/konferansen/")

    def test_places_left_are_at_most_five_seconds_old(self, outsider: Client, db: None) -> None:
        conference = make_conference(capacity=10)
        path, tier = f"/en/arrangementer/{conference.slug}/", make_tier(conference)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            assert "10 places left" in text(outsider, path)
            factories.apply(tier)
            clock.shift(4.9)
            assert "10 places left" in text(outsider, path)
            clock.shift(0.2)
            assert "9 places left" in text(outsider, path)

    def test_no_language_gets_the_page_of_another(
        self, outsider: Client, conference: Conference
    ) -> None:
        pages = [text(outsider, f"{prefix}/arrangementer/konferansen/") for _, prefix in LANGUAGES]
        again = [text(outsider, f"{prefix}/arrangementer/konferansen/") for _, prefix in LANGUAGES]
        assert pages == again
        assert len(set(pages)) == 4

    def test_no_host_gets_the_page_of_another(
        self, outsider: Client, conference: Conference
    ) -> None:
        outsider.get("/arrangementer/konferansen/", headers={"host": "localhost"})
        assert len(kept_keys()) == 1
        outsider.get("/arrangementer/konferansen/")
        assert len(kept_keys()) == 2

    def test_a_slug_that_moves_takes_no_page_with_it(self, outsider: Client, db: None) -> None:
        old, new = make_conference(title="Den gamle"), make_conference(title="Den nye")
        text(outsider, f"/arrangementer/{old.slug}/")
        slug = old.slug
        Conference.objects.filter(pk=old.pk).update(slug="flyttet")
        Conference.objects.filter(pk=new.pk).update(slug=slug)
        assert "Den nye" in text(outsider, f"/arrangementer/{slug}/")

    def test_what_is_not_there_is_not_kept(self, outsider: Client, db: None) -> None:
        outsider.get("/arrangementer/kommer-snart/")
        make_conference(slug="kommer-snart")
        assert outsider.get("/arrangementer/kommer-snart/").status_code == 200

    def test_staff_are_given_the_same_page_as_everyone(
        self, client: Client, conference: Conference, organiser: User
    ) -> None:
        anonymous = text(client, "/arrangementer/konferansen/")
        client.force_login(organiser)
        caches["pages"].clear()
        assert text(client, "/arrangementer/konferansen/") == anonymous


def kept_keys() -> set[str]:
    return set(caches["pages"]._cache)  # type: ignore[attr-defined]


class TestNewsAboutIt:
    def test_each_page_leads_to_the_other(self, outsider: Client, conference: Conference) -> None:
        article = factories.make_article(title="Vi møtes igjen")
        hidden = factories.make_article(title="Ikke ute ennå", published_at=None)
        conference.articles.set([article, hidden])
        factories.make_conference(title="Utkastet", published_at=None).articles.set([article])
        gathering = text(outsider, "/arrangementer/konferansen/")
        assert f'<a href="/aktuelt/{article.slug}/">Vi møtes igjen</a>' in gathering
        assert "Ikke ute ennå" not in gathering
        news = text(outsider, f"/aktuelt/{article.slug}/")
        assert f'href="/arrangementer/konferansen/" lang="nb">{conference.title}</a>' in news
        assert "Utkastet" not in news
