"""Invented members, and what they agreed to."""

from datetime import UTC, datetime, timedelta

from membership import consents, mails
from membership.models import ConsentRecord, Membership
from network.models import Organisation, Topic

Kind = Membership.Kind
Purpose = ConsentRecord.Purpose

FIRST = datetime(2024, 9, 2, 9, 30, tzinfo=UTC)
# Name, topics, whether they have agreed to be named, organisation, language.
PEOPLE = (
    ("Alma Eksempel", ("recovery",), True, "", "nb"),
    ("Bjarte Påfunn", ("brukermedvirkning", "tjenester"), False, "", "nn"),
    ("Clara Opdigtet", ("ledelse",), True, "", "da"),
    ("Didrik Oppspinn", (), False, "Fjordvik kommune", "nb"),
    ("Eira Fantasi", ("recovery", "brukermedvirkning"), False, "Møteplassen Bua", "nb"),
    ("Fatima Demo", ("tjenester",), True, "", "en"),
)
# Organisation, its contact person.
ORGANISATIONS = (
    ("Fjordvik kommune", "Gro Påhitt"),
    ("Brukersenteret Fyrlykta", "Håkon Liksom"),
    ("Møteplassen Bua", "Ingrid Innfall"),
)
WAITING = ("Nabolaget sosiale entreprise", "Jon Ventende")


def load() -> None:
    """Adds what is missing, and leaves what somebody changed."""
    if Membership.objects.exists():
        return
    for number, (name, topics, named, organisation, language) in enumerate(PEOPLE):
        member = add(number, name, organisation, kind=Kind.PERSON, language=language, named=named)
        member.interests.set(Topic.objects.filter(key__in=topics))
    for number, (organisation, name) in enumerate(ORGANISATIONS, start=len(PEOPLE)):
        add(number, name, organisation, kind=Kind.ORGANISATION)
    organisation, name = WAITING
    add(20, name, organisation, kind=Kind.ORGANISATION, waits=True)


def add(
    number: int,
    name: str,
    organisation: str,
    *,
    kind: str,
    language: str = "nb",
    named: bool = False,
    waits: bool = False,
) -> Membership:
    joined = FIRST + timedelta(days=17 * number)
    member = Membership.objects.create(
        kind=kind,
        name=name,
        email=f"medlem{number + 1}@example.org",
        organisation=Organisation.objects.filter(name=organisation, merged_into=None).first(),
        language=language,
        is_named=named,
        joined_at=joined,
        admitted_at=None if waits else joined,
    )
    purposes = [Purpose.MEMBERSHIP, *([Purpose.NAMED] if named else [])]
    consents.keep(
        consents.as_agreed(purposes, language),
        email=member.email,
        about=mails.about(member),
        language=language,
        agreed_at=joined,
    )
    ConsentRecord.objects.filter(about=mails.about(member)).update(confirmed_at=joined)
    return member
