import pytest
from django.core.exceptions import ValidationError

from network.models import Organisation
from network.queries import listed_names, organisations_resembling
from registrations.actions.applying import NewOrganisation
from registrations.naming import read_organisation
from tests import factories

pytestmark = pytest.mark.django_db
NUMBER = "964969590"  # checks by MOD11


@pytest.fixture
def known() -> Organisation:
    organisation = factories.make_organisation("Hå kommune", number=NUMBER)
    organisation.aliases.create(name="HK Nærbø")
    return organisation


@pytest.mark.parametrize(
    "text",
    [
        "Hå kommune",
        "HAA  KOMM.",
        "hk nærbø",
        NUMBER,
        "NO 964 969 590 MVA",
        "Hå kommune 964 969 590",
        "Kommunen på Nærbø (964969590)",
        "org.nr. 964969590, Hå",
    ],
)
def test_finds_by_name_alias_number_and_both(known: Organisation, text: str) -> None:
    assert read_organisation(text) == known


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("Klepp kommune", "Klepp kommune", ""),
        ("Klepp kommune 864969682", "Klepp kommune", "864969682"),
        ("Klepp kommune, org.nr. 864 969 682", "Klepp kommune", "864969682"),
        ("Fagligt Fællesskab CVR 13585628", "Fagligt Fællesskab", "13585628"),
        ("Avdeling 2024", "Avdeling 2024", ""),
    ],
)
def test_reads_a_new_name_with_its_number(text: str, name: str, number: str) -> None:
    assert read_organisation(text) == NewOrganisation(name, number)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("864969682", "unknown_number"),
        ("864969683", "number"),
        ("12345678", "number"),
        ("5790000123456", "number"),
        ("Klepp kommune 864969683", "number"),
        ("!!!", "no_name"),
        ("🌈", "no_name"),
        ("﷽" * 30, "no_name"),  # grows far past the column when it is folded
    ],
)
def test_explains_what_it_can_not_read(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        read_organisation(text)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    "text", ["Hå komune", "Hå kommune, helse og velferd", "HK Nærbo", "kommune"]
)
def test_resembling_finds_misspellings_departments_and_parts(
    known: Organisation, text: str
) -> None:
    factories.make_organisation("Recoveryhuset")

    assert organisations_resembling(text) == [known]


def test_resembling_leaves_out_the_merged_and_the_unlike(known: Organisation) -> None:
    factories.make_organisation("Hå komune", merged_into=known)

    assert organisations_resembling("Hå komunne") == [known]
    assert organisations_resembling("Stavanger universitetssjukehus") == []


def test_only_filed_organisations_are_suggested_to_strangers(known: Organisation) -> None:
    factories.make_organisation("Stavanger kommune", kind=Organisation.Kind.MUNICIPALITY)

    assert listed_names() == ["Stavanger kommune"]
