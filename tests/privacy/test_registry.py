import pytest

from recovery_network.privacy import registry
from recovery_network.privacy.fields import Clock, PersonalField
from recovery_network.privacy.registry import Declaration


def test_every_field_of_every_model_is_classified() -> None:
    """`domain.md` 10: a field that nobody has thought about fails here."""
    assert registry.problems() == []


def test_apps_with_a_purge() -> None:
    purging = {found.app for found in registry.declarations() if found.purge}
    assert {"mail", "audit", "privacy"} <= purging


@pytest.mark.parametrize("found", registry.declarations(), ids=lambda found: found.app)
def test_every_personal_field_has_a_purpose_and_readers(found: Declaration) -> None:
    assert all(str(field.purpose) and str(field.seen_by) for field in found.personal)


class TestControls:
    """The check finds each sort of mistake."""

    @staticmethod
    def without(path: str) -> list[Declaration]:
        return [
            Declaration(
                found.app,
                found.title,
                tuple(field for field in found.personal if field.path != path),
                {model: names for model, names in found.not_personal.items() if model != path},
                found.purge,
            )
            for found in registry.declarations()
        ]

    @staticmethod
    def and_also(
        *personal: PersonalField, not_personal: registry.NotPersonal | None = None
    ) -> list[Declaration]:
        return [
            *registry.declarations(),
            Declaration("extra", "Extra", personal, not_personal or {}, None),
        ]

    def test_personal_field_that_was_forgotten(self) -> None:
        found = self.without("mail.Mail.recipient")
        assert registry.problems(lambda: found) == [
            "mail.Mail.recipient is not classified in its app's privacy.py"
        ]

    def test_model_that_was_forgotten(self) -> None:
        found = self.without("mail.Wording")
        assert len(registry.problems(lambda: found)) == 5

    def test_field_that_does_not_exist(self) -> None:
        found = self.and_also(PersonalField("mail.Mail.shoe_size", "x", "y", Clock.MAIL))
        assert registry.problems(lambda: found) == [
            "mail.Mail.shoe_size is classified but does not exist"
        ]

    def test_model_that_does_not_exist(self) -> None:
        found = self.and_also(not_personal={"mail.Parcel": "*"})
        assert registry.problems(lambda: found) == ["mail.Parcel is classified but does not exist"]

    def test_field_that_is_classified_twice(self) -> None:
        found = self.and_also(not_personal={"mail.Mail": ("recipient",)})
        assert registry.problems(lambda: found) == ["mail.Mail.recipient is classified twice"]
