"""Everything that is kept of someone can be taken out and erased: proved by walking every model there is."""

import contextlib
import dataclasses
import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conferences.models import Conference
from network.models import SignIn, User
from newsletter.models import Suppression
from programme.models import Speaker, SpeakerInvitation, SpeakerNeed, TalkProposal
from programme.models.imported import ImportedSpeaker
from recovery_network.audit.actions import record
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from recovery_network.privacy import erasing, exporting, links, registry
from recovery_network.privacy.fields import Clock, PersonalField, Road
from recovery_network.privacy.knowing import person_at, person_of
from recovery_network.privacy.person import Person
from registrations.models import (
    Booking,
    BulkChange,
    CancellationRule,
    Handover,
    LimitOverride,
    Message,
    MessageText,
    Need,
    Registration,
    SessionSeat,
    Tier,
)
from surveys.actions.inviting import hashes_of
from surveys.models import Answer, Draft, OptOut, Response, Signature
from tests import factories
from tests.browsing import link_in, mailed
from tests.factories.files import picture

pytestmark = pytest.mark.django_db

NAME, EMAIL = "Ingrid Unik", "ingrid.unik@example.no"


@pytest.fixture
def ingrid(conference: Conference, employee_tier: Tier, client: Client) -> User:
    """Someone who has been everything: participant, contributor, contact, respondent and once on the staff.

    Every personal field of every model is filled for her, wherever the rules of the data let it be.
    """
    now = timezone.now()
    user = factories.make_user(EMAIL, name=NAME, last_login=now, password="x")
    address = EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    EmailConfirmation.objects.create(email_address=address, key="bekreft-nokkel")
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": NAME}, last_used_at=now
    )
    LogEntry.objects.create(
        user=user, action_flag=CHANGE, object_repr="Noe", change_message="Endret"
    )
    record(action="tier.changed", by=user, object=employee_tier, reason="Fordi", old=1)
    client.force_login(user)
    SignIn.objects.update(device="Firefox, Linux")
    registered(user, conference, employee_tier)
    contributed(user, conference)
    answered(user)
    Conference.objects.filter(pk=factories.make_conference(slug="annen").pk).update(
        contact_name=NAME, contact_email=EMAIL, contact_phone="00 00 00 00"
    )
    joined(user)
    fill_the_rest(user)
    return user


def joined(user: User) -> None:
    """A member and a reader, who asked again, was stopped once, and wrote a letter."""
    topic = factories.make_topic()
    organisation = factories.make_organisation()
    for row in (
        factories.make_membership(EMAIL, name=NAME, organisation_kind="research"),
        factories.make_membership(
            EMAIL, name=NAME, kind="organisation", organisation=organisation, is_named=False
        ),
        factories.make_join_request(
            EMAIL, kind="organisation", organisation_name="Fjordvik", organisation_kind="research",
            organisation_number="964965137",
        ),
    ):  # fmt: skip
        row.interests.set([topic])
    for reader in (
        factories.make_subscription(EMAIL),
        factories.make_subscribe_request(EMAIL),
    ):
        reader.topics.set([topic])
    factories.make_consent(email=EMAIL)
    Suppression.objects.create(email=EMAIL, reason="bounced", detail="550")
    lifted = timezone.now() + timedelta(hours=1)
    Suppression.objects.create(
        email="annen@example.no", reason="bounced", lifted_at=lifted, lifted_by=user
    )
    letter = factories.make_letter()
    letter.written_by = user
    letter.save(update_fields=["written_by"])


def fill_the_rest(user: User) -> None:
    """Fields and models that nobody has thought of above yet: a value of their sort, where the rules let it be."""
    person = person_of(user.pk)
    for found in registry.declarations():
        for road in found.roads:
            model = apps.get_model(road.model)
            if not model._base_manager.filter(road.find(person)).exists():
                made = {
                    column.attname: of_its_sort(column, user)
                    for column in model._meta.concrete_fields
                    if not column.primary_key
                }
                attempt(partial(model._base_manager.create, **made))
            for field in registry.fields_of(road, found.personal):
                column = model._meta.get_field(field.path.rpartition(".")[2])
                rows = model._base_manager.filter(road.find(person))
                if not rows.exclude(**{f"{column.name}__isnull": True}).exists():
                    value = {column.attname: of_its_sort(column, user)}
                    attempt(partial(rows.update, **value))


def attempt(write: Callable[[], object]) -> None:
    with contextlib.suppress(DatabaseError, ValidationError), transaction.atomic():
        write()


def of_its_sort(column: Any, user: User) -> Any:
    if isinstance(column, models.ForeignKey):
        if column.related_model is User:
            return user.pk
        return column.related_model._base_manager.values_list("pk", flat=True).first()
    if column.choices:
        return column.choices[0][0]
    for kind, value in (
        (models.EmailField, EMAIL),
        (models.UUIDField, uuid.uuid4()),
        (models.DateTimeField, timezone.now()),
        (models.DateField, timezone.localdate()),
        (models.BooleanField, True),
        (models.JSONField, {"it": NAME}),
        (models.CharField | models.TextField, NAME[: column.max_length or 99]),
    ):
        if isinstance(column, kind):
            return value
    return column.get_default() or 1


def registered(user: User, conference: Conference, tier: Tier) -> None:
    now = timezone.now()
    own = factories.make_registration(
        tier, name=NAME, email=EMAIL.upper(), badge_name="Ingrid", together=True
    )
    Booking.objects.filter(pk=own.booking_id).update(invoice_reference="PO 7")
    other = factories.make_registration(tier, name="Annen", email="annen@example.no")
    Registration.objects.filter(pk=own.pk).update(
        companion_of=other, double_of=other, price=0, waiting_since=now, ahead_since=now,
        waiting_for="tier", offer_key="tilbudsnokkel", offer_expires_at=now, confirmed_at=now,
    )  # fmt: skip
    # A companion and a double are no place of one's own to give up; a second registration is.
    gone = factories.make_registration(tier, name=f"{NAME} 2", email=EMAIL)
    Registration.objects.filter(pk=gone.pk).update(
        state="cancelled", cancelled_at=now, undo_until=now, price=500, cancellation_fee=0
    )
    held = factories.make_registration(tier, name=f"{NAME} 3", email=EMAIL)
    Registration.objects.filter(pk=held.pk).update(checked_in_at=now, price=0)
    Handover.objects.create(registration=own, calendar_uid=uuid.uuid4(), sequence=1)
    for each, by in ((own, None), (other, user)):
        Need.objects.create(
            registration=each, kind="diet", note="Uten nøtter", status="arranged", answer="Ja",
            answered_at=now, answered_by=by,
        )  # fmt: skip
    block = factories.make_block(conference)
    workshop = factories.make_workshop(block, "verksted")
    SessionSeat.objects.create(
        registration=own, session=workshop, block=block, state="waiting", waiting_since=now
    )
    BulkChange.objects.create(
        action="confirm_places",
        done_by=user,
        undo_until=now + timedelta(minutes=5),
        before={"1": 2},
    )
    LimitOverride.objects.create(
        tier=tier, organisation=factories.make_organisation(), limit=6, made_by=user, reason="Stor"
    )
    message = Message.objects.create(
        conference=conference, language="nb", segment={"all": 1}, segment_text="Alle",
        written_by=user,
    )  # fmt: skip
    MessageText.objects.create(message=message, language="nb", subject="Hei", body="Velkommen")
    Mail.objects.filter(recipient=EMAIL).update(attachments=["ticket:1"])


def contributed(user: User, conference: Conference) -> None:
    now = timezone.now()
    session = factories.make_session(conference, "foredrag")
    contribution = factories.make_contribution(session, NAME, presented_as="Ingrid")
    conference.programme_versions.update(published_by=user)
    speaker = contribution.speaker
    about = {
        "title": "Leder", "affiliation": "Fjordvik", "biography": "Født i Fjordvik.",
        "picture_alt": "En kvinne",
    }  # fmt: skip
    Speaker.objects.filter(pk=speaker.pk).update(email=EMAIL, picture="speakers/x.jpg", **about)
    ImportedSpeaker.objects.create(conference=conference, identity="guid:7", speaker=speaker)
    invitation = SpeakerInvitation(
        conference=conference, speaker=speaker, message="Vil du?", state="confirmed",
        answer_by=now, invited_at=now, reminded_at=now, answered_at=now, answer_note="Gjerne",
        picture_consent=True, recording_consent=True, consented_at=now, profile_given_at=now,
        **about,
    )  # fmt: skip
    invitation.picture.save("x.jpg", ContentFile(picture()), save=False)
    invitation.save()
    TalkProposal.objects.create(
        invitation=invitation, session=session, title="Om veien", abstract="Lang", given_at=now,
        content_note="Sterkt", equipment="Tavle",
    )  # fmt: skip
    SpeakerNeed.objects.create(invitation=invitation, note="Teleslynge")
    factories.make_material(session, contributed_by=invitation)


def answered(user: User) -> None:
    survey = factories.make_survey(mode="named")
    invitation = factories.make_invitation(
        survey, email=EMAIL, user=user, answered=True, reminded=True
    )
    Draft.objects.create(invitation=invitation, sealed=b"x")
    response = Response.objects.create(survey=survey, day=timezone.localdate())
    Signature.objects.create(response=response, invitation=invitation)
    version = survey.sections.get().questions.get().versions.get()
    Answer.objects.create(response=response, version=version, text="Å bli hørt")
    OptOut.objects.create(address_hash=hashes_of(EMAIL)[0])


def personal_paths() -> set[str]:
    """What an export of someone who has been everything must hold: every personal field that a road leads to."""
    return {
        field.path
        for found in registry.declarations()
        for road in found.roads
        for field in registry.fields_of(road, found.personal)
    }


# Where the fixture makes a row by hand; more may be filled by themselves.
BY_HAND = {
    *("account.EmailAddress", "account.EmailConfirmation", "admin.LogEntry", "audit.AuditEvent"),
    *("conferences.Conference", "mail.Mail", "mfa.Authenticator", "network.SignIn", "network.User"),
    *("programme.Contribution", "programme.ImportedSpeaker", "programme.Material"),
    *("programme.ProgrammeVersion", "programme.Speaker", "programme.SpeakerInvitation"),
    *("programme.SpeakerNeed", "programme.TalkProposal", "registrations.Booking"),
    *("registrations.BulkChange", "registrations.Consent", "registrations.Handover"),
    *("registrations.LimitOverride", "registrations.Message", "registrations.MessageText"),
    *("registrations.Need", "registrations.Registration", "registrations.SessionSeat"),
    *("registrations.Submission", "surveys.Answer", "surveys.Draft", "surveys.Invitation"),
    *("surveys.OptOut", "surveys.Signature"),
}


def exported(person: Person) -> list[exporting.Value]:
    return [
        value
        for chapter in exporting.export(person).chapters
        for sort in chapter.sorts
        for row in sort.rows
        for value in row
    ]


def places_of(*needles: str) -> set[str]:
    """Where in the whole database a text stands: every column of every row of every model."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.all():
            for column in model._meta.concrete_fields:
                text = str(getattr(row, column.attname)).lower()
                if any(needle.lower() in text for needle in needles):
                    found.add(f"{registry.model_name(model)}.{column.name}")
    return found


class TestExport:
    def test_every_personal_field_is_in_it(self, ingrid: User) -> None:
        """Also one that is added tomorrow: it is personal, so it must be filled above and come out here."""
        person = person_of(ingrid.pk)
        values = exported(person)
        wanted = personal_paths()
        assert {path.rpartition(".")[0] for path in wanted} >= BY_HAND
        assert {value.path for value in values} >= wanted
        empty = wanted - {value.path for value in values if value.text != "–"}
        assert empty == set()

    def test_nobody_elses_is_in_it(self, ingrid: User, participant: Registration) -> None:
        text = json.dumps([value.text for value in exported(person_of(ingrid.pk))])
        assert (participant.name in text, participant.email in text) == (False, False)
        assert exported(person_at("fremmed@example.no")) == []

    def test_keys_are_not_written_out(self, ingrid: User) -> None:
        values = exported(person_of(ingrid.pk))
        secret = {
            field.path
            for found in registry.declarations()
            for field in found.personal
            if field.secret
        }
        assert {value.raw for value in values if value.path in secret} == {None}
        registration = Registration.objects.get(name=NAME)
        text = json.dumps([str(value.raw) for value in values])
        for key in (registration.manage_key, "tilbudsnokkel", "bekreft-nokkel"):
            assert key not in text

    def test_as_a_file(self, ingrid: User, client: Client) -> None:
        response = client.get("/en/min-side/opplysninger.json")
        found = json.loads(response.content)
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert found["addresses"] == [EMAIL]
        assert {
            f"{model}.{name}"
            for model, rows in found["data"].items()
            for row in rows
            for name in row
        } >= personal_paths()
        assert found["data"]["registrations.Need"][0]["note"] == "Uten nøtter"

    def test_as_a_page(self, ingrid: User, client: Client) -> None:
        page = client.get("/en/min-side/opplysninger/").content.decode()
        assert "Uten nøtter" in page
        assert "Sealed answers to surveys without name" in page

    def test_constant_number_of_queries(self, employee_tier: Tier) -> None:
        counts = []
        for rows in (1, 3):
            for number in range(rows):
                factories.make_registration(
                    employee_tier, name=f"{rows} {number}", email="mange@example.no"
                )
            with CaptureQueriesContext(connection) as queries:
                exporting.export(Person.of(["mange@example.no"]))
            counts.append(len(queries))
        assert counts[0] == counts[1] <= sum(len(each.roads) for each in registry.declarations())


class TestErasing:
    @staticmethod
    def on_roads(person: Person) -> list[tuple[Road, set[str], list[Any]]]:
        """Each road with its personal fields and the keys of the rows that it leads to."""
        return [
            (
                road,
                {each.path.rpartition(".")[2] for each in registry.fields_of(road, found.personal)},
                list(erasing.rows(road, person).values_list("pk", flat=True)),
            )
            for found in registry.declarations()
            for road in found.roads
        ]

    def test_nothing_is_left_but_what_a_road_keeps(self, ingrid: User) -> None:
        assert len(places_of(NAME, EMAIL)) > 10
        person = person_of(ingrid.pk)
        roads = self.on_roads(person)
        assert [road.model for road, _fields, keys in roads if not keys] == []
        erasing.erase(person=person, agreed=Decimal(0), language="en")
        for road, fields, keys in roads:
            rows = list(apps.get_model(road.model)._base_manager.filter(pk__in=keys))
            assert not (road.deletes and rows), road.model
            for name in fields & road.blank.keys():
                written = [getattr(row, name) for row in rows]
                assert written == [road.blank[name]] * len(rows), f"{road.model}.{name}"
        kept = {
            f"{road.model}.{field.path.rpartition('.')[2]}"
            for found in registry.declarations()
            for road in found.roads
            for field in registry.fields_of(road, found.personal)
            if "*" in road.keeps or field.path.rpartition(".")[2] in road.keeps
        }
        left = places_of(NAME, EMAIL)
        assert left >= {
            "conferences.Conference.contact_email",
            "conferences.Conference.contact_name",
            "mail.Mail.recipient",  # the receipt, which is blanked when it has gone
            "programme.Speaker.name",
        }
        assert left - {"mail.Mail.recipient"} <= kept
        keeping = {
            road.model for found in registry.declarations() for road in found.roads if road.keeps
        }
        models_left = {value.path.rpartition(".")[0] for value in exported(person)}
        assert models_left >= {"audit.AuditEvent", "conferences.Conference", "surveys.OptOut"}
        assert models_left <= keeping | {"mail.Mail"}

    def test_it_is_logged_without_telling_who(self, ingrid: User) -> None:
        erasing.erase(person=person_of(ingrid.pk), agreed=Decimal(0), language="nb")
        event = AuditEvent.objects.get(action="privacy.erased")
        assert (event.actor_label, event.object_label) == ("", "")
        assert event.details["removed"]["network.User"] >= 1

    def test_a_place_is_given_up_and_passed_on(self, employee_tier: Tier) -> None:
        conference = employee_tier.conference
        Conference.objects.filter(pk=conference.pk).update(capacity=1, offer_hours=0)
        factories.make_registration(employee_tier, name=NAME, email=EMAIL)
        next_one = factories.make_registration(
            employee_tier, name="Neste", email="neste@example.no", accept_waiting=True
        )
        assert next_one.state == Registration.State.WAITING
        erasing.erase(person=Person.of([EMAIL]), agreed=Decimal(0), language="nb")
        next_one.refresh_from_db()
        assert next_one.state == Registration.State.CONFIRMED
        assert list(Registration.objects.all()) == [next_one]
        assert mailed(EMAIL) == ["erased"]

    def test_late_cancelling_costs_what_was_shown(self, employee_tier: Tier) -> None:
        """And what is owed stays without the name, for the invoice of the organisation."""
        conference = employee_tier.conference
        CancellationRule.objects.create(conference=conference, days_before=0, percent=50)
        CancellationRule.objects.create(conference=conference, days_before=365, percent=50)
        row = factories.make_registration(employee_tier, name=NAME, email=EMAIL)
        person = Person.of([EMAIL])
        assert erasing.foresee(person, timezone.now()).cost == Decimal(250)
        with pytest.raises(erasing.ErasingError, match="250"):
            erasing.erase(person=person, agreed=Decimal(0), language="nb")
        row.refresh_from_db()
        assert row.state == Registration.State.CONFIRMED
        erasing.erase(person=person, agreed=Decimal(250), language="nb")
        old = row.manage_key
        row.refresh_from_db()
        assert (row.name, row.email, row.cancellation_fee) == ("–", "", Decimal(250))
        assert row.manage_key != old
        assert row.booking.organisation is not None
        assert places_of(NAME, EMAIL) == {"mail.Mail.recipient"}

    def test_those_one_registered_keep_their_places(self, employee_tier: Tier) -> None:
        people = [
            factories.make_person(employee_tier, name=name, email="") for name in (NAME, "Kollega")
        ]
        booking = factories.make_booking(
            employee_tier.conference, people, contact_name=NAME, contact_email=EMAIL
        )
        old = booking.manage_key
        told = erasing.foresee(Person.of([EMAIL]), timezone.now()).consequences
        assert [each.cost for each in told] == [0, 0]
        erasing.erase(person=Person.of([EMAIL]), agreed=Decimal(0), language="nb")
        booking.refresh_from_db()
        (left,) = booking.registrations.all()
        assert (left.name, left.state) == ("Kollega", Registration.State.CONFIRMED)
        assert booking.contact_email == "kontakt@example.no"
        assert booking.manage_key != old
        assert places_of(NAME, EMAIL) == {"mail.Mail.recipient"}

    def test_staff_must_lay_that_down_first(self, organiser: User) -> None:
        with pytest.raises(erasing.ErasingError):
            erasing.erase(person=person_of(organiser.pk), agreed=Decimal(0), language="nb")
        organiser.refresh_from_db()

    def test_it_is_all_or_nothing(self, ingrid: User, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_args: object, **_kwargs: object) -> None:
            raise RuntimeError

        before = places_of(NAME, EMAIL)
        monkeypatch.setattr("recovery_network.privacy.mails.erased", broken)
        with pytest.raises(RuntimeError):
            erasing.erase(person=person_of(ingrid.pk), agreed=Decimal(0), language="nb")
        assert places_of(NAME, EMAIL) == before


class TestPages:
    def test_by_pressing(self, ingrid: User, client: Client) -> None:
        page = client.get("/en/min-side/slett/")
        assert "You get one last mail" in page.content.decode()
        refused = client.post("/en/min-side/slett/", {"agreed": "0"})
        assert (refused.status_code, User.objects.filter(pk=ingrid.pk).exists()) == (422, True)
        assert "Tick this if you are sure." in refused.content.decode()
        done = client.post("/en/min-side/slett/", {"agreed": "0", "sure": "on"})
        assert (done.status_code, done.headers["Location"]) == (303, "/en/innsyn/slettet/")
        assert not User.objects.filter(pk=ingrid.pk).exists()
        assert client.get("/en/min-side/").status_code == 302

    @pytest.mark.parametrize("page", ["opplysninger/", "opplysninger.json", "slett/"])
    def test_only_for_oneself(
        self, page: str, ingrid: User, outsider: Client, cast: list[User]
    ) -> None:
        """Whoever signs in sees their own; nobody, staff included, sees another's."""
        assert Client().get(f"/en/min-side/{page}").status_code == 302
        for user in cast:
            someone = Client()
            someone.force_login(user)
            response = someone.get(f"/en/min-side/{page}")
            assert response.status_code == 200
            assert NAME not in response.content.decode()
            assert response.headers["Cache-Control"].startswith("max-age=0, no-cache")

    @pytest.fixture
    def cast(
        self, organiser: User, editor: User, treasurer: User, doorkeeper: User, member: User
    ) -> list[User]:
        return [organiser, editor, treasurer, doorkeeper, member]

    def test_without_an_account_by_a_link(self, client: Client, participant: Registration) -> None:
        answers = {
            email: client.post("/en/innsyn/", {"email": email})
            for email in ("per@example.no", "fremmed@example.no")
        }
        assert {each.headers["Location"] for each in answers.values()} == {"/en/innsyn/sendt/"}
        assert mailed("per@example.no")[-1:] == mailed("fremmed@example.no") == ["own_data"]
        client.post("/en/innsyn/", {"email": "PER@example.no"})
        assert Mail.objects.filter(kind="own_data").count() == 2, "once an hour"

        link = link_in(Mail.objects.filter(recipient="per@example.no").latest("pk"), "/innsyn/")
        assert "per" not in link
        assert participant.code in client.get(link).content.decode()
        assert client.get(f"{link}opplysninger.json").status_code == 200
        done = client.post(f"{link}slett/", {"agreed": "0", "sure": "on"})
        assert done.status_code == 303
        assert not Registration.objects.exists()
        other = link_in(Mail.objects.get(recipient="fremmed@example.no"), "/innsyn/")
        Mail.objects.all().delete()  # a worker would have blanked them
        assert "We keep nothing under this address." in client.get(other).content.decode()

    @pytest.mark.parametrize("page", ["", "opplysninger.json", "slett/"])
    def test_dead_links(self, page: str, client: Client, time_machine: Any) -> None:
        token = links.token_for("per@example.no")
        time_machine.move_to(timezone.now() + timedelta(hours=25), tick=False)
        for dead in (token, "tull", token[:-9]):
            assert client.get(f"/en/innsyn/{dead}/{page}").status_code == 410

    def test_an_address_that_is_none_stays_typed(self, client: Client) -> None:
        response = client.post("/en/innsyn/", {"email": "per@"})
        assert response.status_code == 422
        assert 'value="per@"' in response.content.decode()
        assert not Mail.objects.exists()


class TestNothingIsForgotten:
    """A personal field without a road stops the start of the site, and so every check and test."""

    @staticmethod
    def changed(
        app: str, change: Callable[[registry.Declaration], dict[str, Any]]
    ) -> list[registry.Declaration]:
        return [
            dataclasses.replace(found, **change(found)) if found.app == app else found
            for found in registry.declarations()
        ]

    def test_as_it_is(self) -> None:
        assert registry.lost() == []

    def test_a_model_that_no_road_leads_to(self) -> None:
        found = self.changed(
            "mail",
            lambda mail: {"roads": ()},
        )
        assert len(registry.lost(lambda: found)) == 5

    def test_a_new_field_of_a_model_that_is_blanked(self) -> None:
        new = PersonalField("mail.Mail.reply_to", "x", "y", Clock.MAIL)
        found = self.changed("mail", lambda mail: {"personal": (*mail.personal, new)})
        assert registry.lost(lambda: found) == [
            "mail.Mail.reply_to is neither blanked nor kept by its road in privacy.py"
        ]

    def test_a_field_that_stays_without_a_reason(self) -> None:
        silent = Road("mail.Mail", lambda person: person.owns("recipient"), keeps=("*",))
        found = self.changed("mail", lambda mail: {"roads": (silent,)})
        assert registry.lost(lambda: found) == [
            "The road to mail.Mail doesn't say why it keeps something"
        ]


def test_every_reason_is_a_sentence() -> None:
    reasons = [
        str(why)
        for found in registry.declarations()
        for why in (*found.no_road.values(), *(road.why for road in found.roads if road.keeps))
    ]
    assert all(re.fullmatch(r".+\.", why, re.S) for why in reasons)
