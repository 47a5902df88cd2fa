import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from recovery_network.privacy import queries, registry


def test_page_tells_of_every_personal_field(client: Client, db: None) -> None:
    response = client.get(reverse("privacy"))
    assert response.status_code == 200
    content = response.content.decode()
    sections = response.context["sections"]
    assert [section.id for section in sections] == [
        found.app for found in registry.declarations() if found.personal
    ]
    assert all(f'id="privacy-{section.id}"' in content for section in sections)
    assert content.count("<h4>") == sum(len(section.rows) for section in sections)


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_page_speaks_each_language(client: Client, db: None, language: str) -> None:
    with translation.override(language):
        response = client.get(reverse("privacy"))
    assert f'<html lang="{language}">' in response.content.decode()


def test_fields_of_one_purpose_share_a_row() -> None:
    mail = next(section for section in queries.sections() if section.id == "mail")
    assert [len(row.what) for row in mail.rows] == [5]


def test_page_asks_the_database_nothing(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        client.get(reverse("privacy"))


def test_page_can_only_be_read(client: Client) -> None:
    assert client.post(reverse("privacy")).status_code == 405
