import pytest
from django.db import IntegrityError

from network.actions import find_or_add_organisation
from network.models import Organisation, OrganisationAlias
from network.queries import organisation_named, organisations_like
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_organisation_is_found_by_number_name_and_alias() -> None:
    organisation = factories.make_organisation("Blå Kors Steg for Steg", number="974760673")
    organisation.aliases.create(name="Steg for Steg")

    found = [
        organisation_named(text)
        for text in ("974 760 673", "BLÅ KORS steg for steg", "steg for steg")
    ]

    assert found == [organisation] * 3
    assert organisation_named("Steg") is None
    assert organisation_named("…") is None


def test_adding_the_same_name_twice_gives_one(db: None) -> None:
    first = find_or_add_organisation(name="Fjordvik kommune")
    second = find_or_add_organisation(name="FJORDVIK KOMMUNE")

    assert first == second == Organisation.objects.get()


def test_a_danish_number_makes_a_danish_organisation() -> None:
    assert find_or_add_organisation(name="Fjordby Kommune", number="13585628").country == "DK"


def test_typing_finds_every_word_in_names_and_aliases() -> None:
    sandnes = factories.make_organisation("Sandnes kommune")
    korus = factories.make_organisation("Kompetansesenter rus Stavanger")
    korus.aliases.create(name="KORUS Stavanger")
    factories.make_organisation("Time kommune")

    assert organisations_like("sand kommune") == [sandnes]
    assert organisations_like("korus") == [korus]
    assert organisations_like("  ") == []


@pytest.mark.parametrize(
    "rows",
    [
        [{"name": "Hå kommune"}, {"name": "HAA kommune"}],
        [{"name": "En", "number": "974760673"}, {"name": "To", "number": "974760673"}],
    ],
)
def test_the_database_refuses_doubles(rows: list[dict[str, str]]) -> None:
    Organisation.objects.create(**rows[0])

    with pytest.raises(IntegrityError):
        Organisation.objects.create(**rows[1])


def test_the_database_refuses_an_alias_twice() -> None:
    one, other = factories.make_organisation(), factories.make_organisation()
    OrganisationAlias.objects.create(organisation=one, name="KORUS")

    with pytest.raises(IntegrityError):
        OrganisationAlias.objects.create(organisation=other, name="Korus")
