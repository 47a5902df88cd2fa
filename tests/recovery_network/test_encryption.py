import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection
from pytest_django import Settings

from recovery_network import encryption
from registrations.actions.applying import NeedReport
from registrations.models import Need, Tier
from tests import factories


@pytest.mark.django_db
def test_the_database_holds_only_ciphertext(employee_tier: Tier) -> None:
    factories.make_registration(employee_tier, needs=(NeedReport("diet", "nøtter"),))

    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, note FROM registrations_need")
        stored = cursor.fetchone()

    assert all(column.startswith("gAAAA") for column in stored)
    assert Need.objects.get().note == "nøtter"


def test_an_older_key_still_decrypts(settings: Settings) -> None:
    token = encryption.encrypt("vegetar")
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]

    assert encryption.decrypt(token) == "vegetar"
    assert Fernet(settings.FIELD_KEYS[0]).decrypt(encryption.encrypt("ny").encode()) == b"ny"


def test_a_foreign_key_does_not_decrypt(settings: Settings) -> None:
    token = encryption.encrypt("vegetar")
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(InvalidToken):
        encryption.decrypt(token)
