"""What is found, by asking as the page does."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from conferences.models import Conference
from network.models import Organisation, OrganisationAlias, Resource
from programme.models import Session, Speaker
from recovery_network.privacy.erasing import erase
from recovery_network.privacy.knowing import person_at
from recovery_network.search import actions
from recovery_network.search.models import Entry
from tests import factories

pytestmark = pytest.mark.django_db


def found(client: Client, text: str, **query: str) -> list[str]:
    """The titles of what is found, the best first."""
    results = client.get("/sok/", {"q": text, **query}).context["results"]
    return ["".join(piece.text for piece in result.title) for result in results]


@pytest.fixture
def site(conference: Conference) -> None:
    """A little of everything that everyone may read."""
    Conference.objects.filter(pk=conference.pk).update(title="Vårkonferansen", about="Om *bolig*.")
    session = factories.make_session(
        conference, title="Når gode naboer hjelper", abstract="Om boligsosialt arbeid."
    )
    factories.make_contribution(session, "Åse Innleder", presented_as="lege, Hå kommune")
    factories.make_article(title="Nytt år", lead="Kort.", body="Vi skrev en **sluttrapport**.")
    factories.make_resource(title="Kommunens helsetjenester", summary="En undersøkelse av vaner.")
    factories.make_resource(
        title="Nøgletal for indsatserne", language="da", summary="Kommunernes tal.", year=2019
    )
    fyrlykta = factories.make_organisation("Brukersenteret Fyrlykta", is_listed=True, slug="fyr")
    OrganisationAlias.objects.create(organisation=fyrlykta, name="Lyktehuset")
    factories.index()


EVERY_WAY = {
    "the word itself": ("sluttrapport", ["Nytt år"]),
    "another ending": ("sluttrapportene", ["Nytt år"]),
    "a misspelt word": ("slutraport", ["Nytt år"]),
    "without the letters of the North": ("undersokelser", ["Kommunens helsetjenester"]),
    "letters as on an English keyboard": ("undersoekelse", ["Kommunens helsetjenester"]),
    "nynorsk": ("undersøkingar", ["Kommunens helsetjenester"]),
    "Danish": ("indsats", ["Nøgletal for indsatserne"]),
    "both languages at once": (
        "kommunene",
        ["Kommunens helsetjenester", "Nøgletal for indsatserne", "Når gode naboer hjelper"],
    ),
    "the end of a compound": ("tjeneste", ["Kommunens helsetjenester"]),
    "half a word": ("vårk", ["Vårkonferansen", "Når gode naboer hjelper"]),
    "a part of a longer word": ("bolig", ["Vårkonferansen", "Når gode naboer hjelper"]),
    "capitals and signs": ("  SLUTTRAPPORT?! ", ["Nytt år"]),
    "an alias": ("lyktehuset", ["Brukersenteret Fyrlykta"]),
    "who speaks": ("Aase Innleder", ["Åse Innleder", "Når gode naboer hjelper"]),
    "words from two fields": ("naboer boligsosialt", ["Når gode naboer hjelper"]),
    "in words of a question": ("hvor er det en sluttrapport", ["Nytt år"]),
    "a title of small words": ("når", ["Når gode naboer hjelper"]),
}


@pytest.mark.parametrize("way", EVERY_WAY)
def test_pages_are_found(way: str, site: None, outsider: Client) -> None:
    asked, titles = EVERY_WAY[way]
    assert sorted(found(outsider, asked)) == sorted(titles)


def test_says_how_a_misspelt_word_was_read(site: None, outsider: Client) -> None:
    page = outsider.get("/en/sok/", {"q": "slutraport nabboer"})
    assert page.context["answer"].question.corrected == "sluttrapport naboer"
    assert "so here is what we found for <b>sluttrapport naboer</b>" in page.content.decode()


def test_some_of_the_words_are_better_than_none(site: None, outsider: Client) -> None:
    page = outsider.get("/en/sok/", {"q": "sluttrapport naboer"})
    assert "No page has all the words. These have some of them." in page.content.decode()
    assert sorted(found(outsider, "sluttrapport naboer")) == ["Nytt år", "Når gode naboer hjelper"]


def test_title_counts_more_than_text_and_rare_words_more_than_common(outsider: Client) -> None:
    for number in range(6):
        factories.make_article(title=f"Sak {number}", body="Om nettverket.")
    factories.make_article(title="I teksten", body="Noe om trivsel i nettverket.")
    factories.make_article(title="Trivsel", body="Noe annet.")
    factories.index()
    assert found(outsider, "trivsel") == ["Trivsel", "I teksten"]
    assert found(outsider, "trivsel nettverket")[0] == "I teksten"


def test_only_what_everyone_may_read_is_found_or_suggested(
    conference: Conference, outsider: Client
) -> None:
    later = timezone.now() + timedelta(days=1)
    draft = factories.make_conference(slug="utkast", title="Hemmelig", published_at=None)
    factories.make_session(draft, title="Hemmelig økt")
    factories.make_session(conference, published=False, title="Hemmelig i utkastet")
    archived = factories.make_conference(slug="gammel", title="Hemmelig arkiv")
    factories.make_contribution(factories.make_session(archived, title="Hemmelig"), "Hemmelig Navn")
    Conference.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    factories.make_article(title="Hemmelig utkast", published_at=None)
    factories.make_article(title="Hemmelig senere", published_at=later)
    factories.make_resource(title="Hemmelig rapport", published_at=None)
    factories.make_organisation("Hemmelig forening")
    factories.make_article(title="Åpen", author="")
    factories.index()
    assert found(outsider, "hemmelig") == []
    near = outsider.get("/sok/", {"q": "hemelig"})
    assert (near.context["results"], near.context["answer"].question.corrected) == ([], "")
    with time_machine.travel(later + timedelta(minutes=1), tick=False):
        assert found(outsider, "hemelig") == ["Hemmelig senere"]


def test_a_kind_can_be_looked_in_alone(site: None, outsider: Client) -> None:
    page = outsider.get("/sok/", {"q": "bolig", "kind": "session"})
    assert found(outsider, "bolig", kind="session") == ["Når gode naboer hjelper"]
    assert {choice.kind: choice.count for choice in page.context["choices"]} == {
        "gathering": 1,
        "session": 1,
    }


def test_no_kind_that_has_nothing_hides_the_rest(site: None, outsider: Client) -> None:
    page = outsider.get("/en/sok/", {"q": "bolig", "kind": "article"}).content.decode()
    assert "There are 2 pages elsewhere on the site." in page


def test_addresses_are_those_of_the_readers_language(site: None, outsider: Client) -> None:
    (result,) = outsider.get("/da/sok/", {"q": "fyrlykta"}).context["results"]
    assert result.url == "/da/nettverket/organisasjoner/fyr/"
    assert outsider.get(result.url).status_code == 200


def test_every_result_leads_to_its_page(site: None, outsider: Client) -> None:
    paths = Entry.objects.values_list("path", flat=True)
    answers = {path: outsider.get(path).status_code for path in paths}
    assert (len(answers), set(answers.values())) == (7, {200})


class TestChanges:
    """What a verb or an editor changed is found at once."""

    def test_a_published_programme_and_nothing_before(
        self, conference: Conference, outsider: Client, organiser: object
    ) -> None:
        from programme.actions.publishing import publish

        session = factories.make_session(conference, title="Fjellvandring", published=False)
        assert found(outsider, "fjellvandring") == []
        publish(conference=conference, by=None)
        assert found(outsider, "fjellvandring") == ["Fjellvandring"]
        Session.objects.filter(pk=session.pk).update(title="Sjøsprøyt")
        assert found(outsider, "sjøsprøyt") == []
        publish(conference=conference, by=None)
        assert (found(outsider, "fjellvandring"), found(outsider, "sjøsprøyt")) == (
            [],
            ["Sjøsprøyt"],
        )
        session.delete()
        publish(conference=conference, by=None)
        assert found(outsider, "sjøsprøyt") == []

    def test_what_someone_said_of_themselves_goes_with_them(
        self,
        conference: Conference,
        outsider: Client,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        part = factories.make_contribution(factories.make_session(conference), "Åse Innleder")
        Speaker.objects.filter(pk=part.speaker_id).update(
            email="ase@example.no", biography="Bor i fjellheimen."
        )
        factories.index()
        assert found(outsider, "fjellheimen") == ["Åse Innleder"]
        with django_capture_on_commit_callbacks(execute=True):
            erase(person=person_at("ase@example.no"), agreed=Decimal(0), language="nb")
        assert found(outsider, "fjellheimen") == []

    def test_rebuilding_mends_what_no_verb_told_of(self, outsider: Client) -> None:
        resource = factories.make_resource(title="Fjellvandring")
        assert actions.rebuild() == actions.Done(written=1)
        assert actions.rebuild() == actions.Done()
        Resource.objects.filter(pk=resource.pk).update(title="Sjøsprøyt")
        assert actions.rebuild() == actions.Done(written=1)
        assert (found(outsider, "fjellvandring"), found(outsider, "sjøsprøyt")) == (
            [],
            ["Sjøsprøyt"],
        )
        resource.delete()
        assert actions.rebuild() == actions.Done(removed=1)
        assert found(outsider, "sjøsprøyt") == []

    def test_one_that_is_merged_away_is_found_by_its_name_as_the_other(
        self, outsider: Client, organiser: object
    ) -> None:
        from network.actions import merge_organisation_names

        kept = factories.make_organisation("Lykta", is_listed=True, slug="lykta")
        gone = factories.make_organisation("Fyrtårnet", is_listed=True, slug="fyrtarnet")
        factories.index()
        merge_organisation_names(source=gone, target=kept, by=None)
        assert found(outsider, "fyrtårnet") == ["Lykta"]
        assert Organisation.objects.get(pk=gone.pk).merged_into == kept
