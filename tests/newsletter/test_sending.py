"""Letters become mails: to whom, in which words, once, at their pace, and stopped where they must be."""

from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from network.models import User
from newsletter import letters
from newsletter.actions import sending, stopping, writing
from newsletter.actions.subscribing import unsubscribe
from newsletter.models import Letter, Subscription, Suppression
from recovery_network import health
from recovery_network.audit.models import AuditEvent
from recovery_network.mail import delivery
from recovery_network.mail.models import Mail
from tests import factories

pytestmark = pytest.mark.django_db


def send(letter: Letter) -> int:
    """Now, to as many as there are."""
    addresses = letters.audience(letter).count()
    by = factories.make_user(role="editor")
    writing.schedule_letter(letter=letter, send_at=None, expected=addresses, by=by)
    return sending.send_letters()


def told() -> list[str]:
    return sorted(Mail.objects.values_list("recipient", flat=True))


def test_letter_goes_to_everyone_once_each_with_their_own_link() -> None:
    readers = [factories.make_subscription() for _number in range(3)]
    letter = factories.make_letter()
    assert send(letter) == 3
    assert sending.send_letters() == 0
    for reader in readers:
        mail = Mail.objects.get(recipient=reader.email)
        others = {each.key for each in readers} - {reader.key}
        assert f"/nyhetsbrev/av/{reader.key}/" in mail.text
        assert f"/nyhetsbrev/av/{reader.key}/" in mail.html
        assert not any(key in mail.text + mail.html for key in others)
        assert letters.PLACEHOLDER not in mail.text + mail.html
    letter.refresh_from_db()
    assert (letter.state, letter.addresses, letter.written) == ("sent", 3, 3)


def test_topics_narrow_and_who_chose_none_gets_all() -> None:
    wanted, other = factories.make_topic(), factories.make_topic()
    for email, topics in (("ett@example.no", [wanted]), ("annet@example.no", [other])):
        factories.make_subscription(email).topics.set(topics)
    factories.make_subscription("begge@example.no").topics.set([wanted, other])
    factories.make_subscription("alt@example.no")
    send(factories.make_letter(topics=[wanted]))
    assert told() == ["alt@example.no", "begge@example.no", "ett@example.no"]


def test_each_reads_their_language_where_it_is_written() -> None:
    for language in ("nb", "nn", "da", "en"):
        factories.make_subscription(f"{language}@example.no", language=language)
    texts = {"nb": ("Nytt", "Hei."), "da": ("Nyt", "Hej.")}
    send(factories.make_letter(texts=texts))
    subjects = dict(Mail.objects.values_list("recipient", "subject"))
    assert subjects == {
        "nb@example.no": "Nytt",
        "nn@example.no": "Nytt",
        "da@example.no": "Nyt",
        "en@example.no": "Nytt",
    }


def test_points_only_to_what_everyone_can_read() -> None:
    out, draft = factories.make_article(title="Ute"), factories.make_article(published_at=None)
    gathering = factories.make_conference(title="Samlingen")
    hidden = factories.make_conference(title="Hemmelig", published_at=None)
    letter = factories.make_letter(articles=[out, draft], gatherings=[gathering, hidden])
    mail = letters.rendered(letter, letter.texts.get(), key="x")
    assert [title in mail.text for title in ("Ute", draft.title, "Samlingen", "Hemmelig")] == [
        True,
        False,
        True,
        False,
    ]


def test_links_to_our_own_pages_are_whole_in_mails(settings: Settings) -> None:
    letter = factories.make_letter(texts={"nb": ("Nytt", "[Les](/aktuelt/)")})
    mail = letters.rendered(letter, letter.texts.get(), key="x")
    assert f'href="{settings.SITE_URL}/aktuelt/"' in mail.html
    assert f"({settings.SITE_URL}/aktuelt/)" in mail.text


def test_waits_for_its_time_and_can_be_taken_back(editor: User) -> None:
    factories.make_subscription()
    letter = factories.make_letter()
    tomorrow = timezone.now() + timedelta(days=1)
    writing.schedule_letter(letter=letter, send_at=tomorrow, expected=1, by=editor)
    assert (sending.send_letters(), Mail.objects.count()) == (0, 0)
    writing.take_back(letter=letter, by=editor)
    sending.begin_due(tomorrow + timedelta(hours=1))
    letter.refresh_from_db()
    assert (letter.state, letter.send_at) == ("draft", None)
    writing.schedule_letter(letter=letter, send_at=tomorrow, expected=1, by=editor)
    sending.begin_due(tomorrow)
    assert sending.write_batch(letter.pk, {}) == 1


def test_lost_batch_is_made_good(monkeypatch: pytest.MonkeyPatch) -> None:
    readers = [factories.make_subscription() for _number in range(5)]
    letter = factories.make_letter()
    monkeypatch.setattr(sending, "BATCH", 2)
    by = factories.make_user(role="editor")
    writing.schedule_letter(letter=letter, send_at=None, expected=5, by=by)
    sending.begin_due(timezone.now())
    assert sending.write_batch(letter.pk, {}) == 2
    late = factories.make_subscription()
    Subscription.objects.filter(pk=late.pk).update(
        subscribed_at=timezone.now() + timedelta(hours=1)
    )
    assert sending.send_letters() == 3
    assert told() == sorted(reader.email for reader in readers)


def test_letters_keep_their_pace(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.NEWSLETTER_MAILS_PER_MINUTE = 2
    monkeypatch.setattr(sending, "BATCH", 2)
    for _number in range(5):
        factories.make_subscription()
    letter = factories.make_letter()
    send(letter)
    letter.refresh_from_db()
    assert letter.sent_at is not None
    waits = [
        (mail.not_before - letter.sent_at) // timedelta(minutes=1)
        for mail in Mail.objects.order_by("pk")
    ]
    assert waits == [0, 0, 1, 1, 2]


def test_who_unsubscribes_meanwhile_gets_nothing() -> None:
    reader, other = factories.make_subscription(), factories.make_subscription()
    send(factories.make_letter())
    unsubscribe(subscription=reader)
    states = dict(Mail.objects.values_list("recipient", "state"))
    assert states == {reader.email: "cancelled", other.email: "queued"}


def test_headers_let_the_mail_program_unsubscribe(settings: Settings) -> None:
    reader = factories.make_subscription()
    send(factories.make_letter())
    message = delivery.message_for(Mail.objects.get()).message()
    assert message["List-Unsubscribe"] == f"<{settings.SITE_URL}/nyhetsbrev/av/{reader.key}/>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "<img" not in message.as_string()


def test_copy_is_blanked_when_it_has_left() -> None:
    """Nobody among the staff reads the link of another."""
    factories.make_subscription()
    send(factories.make_letter())
    assert Mail.objects.get().is_secret


def test_stopped_address_gets_nothing_until_it_is_lifted(organiser: User) -> None:
    reader = factories.make_subscription("borte@example.no")
    send(factories.make_letter())
    made = stopping.stop(email="Borte@Example.no", reason=Suppression.Reason.BOUNCED)
    assert made is not None
    assert stopping.stop(email=reader.email, reason=Suppression.Reason.COMPLAINT) is None
    assert Mail.objects.get().state == "cancelled"
    letter = factories.make_letter()
    assert letters.audience(letter).count() == 0
    stopping.lift(suppression=made, by=organiser)
    assert letters.audience(letter).count() == 1


class TestComposer:
    @pytest.fixture
    def desk(self, client: Client, editor: User) -> Client:
        client.force_login(editor)
        return client

    def test_writes_looks_tests_and_sends(self, desk: Client, editor: User) -> None:
        factories.make_subscription()
        article, topic = factories.make_article(), factories.make_topic()
        data = {
            "subject_nb": "Nytt fra oss",
            "body_nb": "Hei, **alle**.",
            "subject_en": "News",
            "body_en": "Hello.",
            "articles": [article.pk],
            "topics": [topic.pk],
            "is_public": "on",
        }
        desk.post(reverse("admin:newsletter_letter_add"), data)
        letter = Letter.objects.get()
        page = reverse("admin:newsletter_letter_change", args=[letter.pk])
        shown = desk.get(page)
        assert shown.context["addresses"] == 1
        assert [each["text"].language for each in shown.context["previews"]] == ["nb", "en"]
        html = reverse("admin:newsletter_letter_html", args=[letter.pk, "nb"])
        assert "<strong>alle</strong>" in desk.get(html).content.decode()
        desk.post(reverse("admin:newsletter_letter_test", args=[letter.pk]))
        assert told() == [editor.email, editor.email]
        ask = reverse("admin:newsletter_letter_send", args=[letter.pk])
        assert desk.get(ask).context["addresses"] == 1
        desk.post(ask, {"expected": "2"})
        letter.refresh_from_db()
        assert letter.state == "draft"
        desk.post(ask, {"expected": "1"})
        sending.send_letters()
        letter.refresh_from_db()
        assert (letter.state, letter.slug) == ("sent", "nytt-fra-oss")
        assert desk.get(page).context["counts"] == {
            "sent": 0,
            "failed": 0,
            "cancelled": 0,
            "waiting": 1,
        }
        actions = AuditEvent.objects.filter(action__startswith="letter.").order_by("pk")
        assert list(actions.values_list("action", "actor_label")) == [
            ("letter.tested", editor.name),
            ("letter.scheduled", editor.name),
            ("letter.sending", ""),
        ]

    def test_draft_is_changed_scheduled_taken_back_and_thrown_away(self, desk: Client) -> None:
        factories.make_subscription()
        letter = factories.make_letter()

        def go(name: str, **data: str) -> None:
            desk.post(reverse(f"admin:newsletter_letter_{name}", args=[letter.pk]), data)
            letter.refresh_from_db()

        go("edit", subject_da="Nyt", body_da="Hej.")
        assert list(letter.texts.values_list("language", flat=True)) == ["da"]
        go("send", expected="1", send_at="2001-01-01T10:00")
        assert letter.state == "draft"
        go("send", expected="1", send_at="2999-01-01T10:00")
        assert letter.state == "scheduled"
        go("discard")
        assert letter.state == "scheduled"
        go("take_back")
        desk.post(reverse("admin:newsletter_letter_discard", args=[letter.pk]))
        assert Letter.objects.count() == 0

    def test_says_what_is_missing(self, desk: Client) -> None:
        add = reverse("admin:newsletter_letter_add")
        found = desk.post(add, {"subject_nb": "Bare emne", "articles": ["9" * 30]})
        assert list(found.context["form"].errors) == ["articles", "body_nb"]
        assert "Bare emne" in found.content.decode()
        assert desk.post(add, {}).context["form"].non_field_errors() == [ANY]

    @pytest.mark.parametrize("rows", [1, 3])
    def test_list_costs_the_same_for_one_and_three(
        self, desk: Client, rows: int, django_assert_num_queries: object
    ) -> None:
        for _number in range(rows):
            factories.make_letter()
        listing = reverse("admin:newsletter_letter_changelist")
        desk.get(listing)
        with django_assert_num_queries(7):  # type: ignore[operator]
            desk.get(listing)


class TestArchive:
    def test_shows_sent_letters_that_asked_for_it(self, outsider: Client) -> None:
        factories.make_subscription()
        public = factories.make_letter(texts={"nb": ("Åpent brev", "Hei.")})
        private = factories.make_letter(texts={"nb": ("Lukket brev", "Hei.")}, is_public=False)
        factories.make_letter(texts={"nb": ("Kladd", "Hei.")})
        send(public)
        send(private)
        listed = outsider.get("/nyhetsbrev/arkiv/")
        assert list(listed.context["page"]) == [public]
        assert list(outsider.get("/nyhetsbrev/").context["letters"]) == [public]
        public.refresh_from_db()
        assert "Åpent brev" in outsider.get(public.get_absolute_url()).content.decode()
        assert outsider.get("/nyhetsbrev/arkiv/lukket-brev/").status_code == 404

    def test_is_read_in_the_readers_language_where_it_is_written(self, outsider: Client) -> None:
        factories.make_subscription()
        texts = {"nb": ("Nytt", "Hei."), "en": ("News", "Hello.")}
        letter = factories.make_letter(texts=texts)
        send(letter)
        letter.refresh_from_db()
        assert (
            outsider.get(f"/en/nyhetsbrev/arkiv/{letter.slug}/").context["text"].subject == "News"
        )
        assert (
            outsider.get(f"/da/nyhetsbrev/arkiv/{letter.slug}/").context["text"].subject == "Nytt"
        )

    @pytest.mark.parametrize("rows", [1, 3])
    def test_list_costs_the_same_for_one_and_three(
        self, outsider: Client, rows: int, django_assert_num_queries: object
    ) -> None:
        factories.make_subscription()
        for _number in range(rows):
            send(factories.make_letter())
        outsider.get("/nyhetsbrev/arkiv/")
        with django_assert_num_queries(3):  # type: ignore[operator]
            outsider.get("/nyhetsbrev/arkiv/")


def test_copies_whose_turn_has_just_come_are_not_late() -> None:
    factories.make_subscription()
    send(factories.make_letter())
    written = timezone.now() - timedelta(hours=2)
    Mail.objects.update(created_at=written, not_before=timezone.now() - timedelta(seconds=5))
    assert health.examine().oldest_unsent_seconds < 600
    Mail.objects.update(not_before=timezone.now() - timedelta(hours=1))
    assert health.examine().oldest_unsent_seconds >= 3600
