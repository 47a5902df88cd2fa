"""The box of plain words: what it says is stored is what is stored, and what it denies is not."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from surveys import stored
from surveys.models import Answer, Draft, Envelope, Invitation, Response, Signature, Survey
from tests import factories
from tests.surveys.answering import path_of, press, questions, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Mode = Survey.Mode


def everything() -> dict[str, list[dict[str, Any]]]:
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.label != "sessions.Session"
    }


@pytest.mark.parametrize("mode", Mode.values)
def test_answering_writes_to_no_other_table_than_the_box_tells_of(
    client: Client, mode: str
) -> None:
    survey = factories.make_survey(mode=mode)
    asked: Any = survey if mode == Mode.ANONYMOUS else factories.make_invitation(survey)
    (question,) = questions(survey)
    before = everything()
    path = path_of(asked)
    press(client, path, client.get(path), "review", **{question.name: "Et hjem"})
    between = everything()
    send(client, asked, **{question.name: "Et hjem"})
    after = everything()
    written = {name for name in after if not before[name] == between[name] == after[name]}
    told = {model._meta.label for model in stored.WRITTEN[mode]}
    # In the two sealed modes responses come later, from the box.
    later = set() if mode == Mode.NAMED else {"surveys.Response", "surveys.Answer"}
    assert written == told - later


@pytest.mark.parametrize("mode", Mode.values)
def test_every_column_has_words(mode: str) -> None:
    columns = {
        f"{column.model.__name__}.{column.name}" for column in stored.columns(*stored.WRITTEN[mode])
    }
    assert columns - set(stored.WHAT) == set()


def test_no_words_are_left_over() -> None:
    columns = {
        f"{column.model.__name__}.{column.name}"
        for tables in stored.WRITTEN.values()
        for column in stored.columns(*tables)
    }
    assert set(stored.WHAT) - columns == set()


class TestPromises:
    """Each is made only as long as the tables keep it."""

    def added(self, monkeypatch: pytest.MonkeyPatch, column: models.Field[Any, Any]) -> stored.Box:
        """The box of the anonymous mode, had somebody added `column` to the responses."""
        column.set_attributes_from_name("extra")
        column.model = Response
        real = stored.columns

        def with_one_more(*tables: type[models.Model]) -> Any:
            yield from real(*tables)
            yield column

        monkeypatch.setattr(stored, "columns", with_one_more)
        return stored.box(Mode.ANONYMOUS)

    def test_are_all_made_today(self) -> None:
        assert [promise.split(".")[0] for promise in stored.box(Mode.ANONYMOUS).promises] == [
            "Nobody can find out which answer is yours, we neither",
            "When you answered isn't stored, and answers have no running number",
            "Your answer lies sealed until at least 5 can be opened together",
        ]
        assert len(stored.box(Mode.CONFIDENTIAL).promises) == 4

    def test_a_time_takes_back_the_promise_about_time(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        box = self.added(monkeypatch, models.DateTimeField("when you answered, to the second"))
        assert not any("When you answered isn't" in promise for promise in box.promises)
        assert "When you answered, to the second" in box.stored

    def test_a_running_number_does_so_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        box = self.added(monkeypatch, models.BigAutoField("a running number", primary_key=True))
        assert not any("running number." in promise for promise in box.promises)

    def test_a_person_takes_back_the_promise_of_anonymity(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        column = Signature._meta.get_field("invitation")
        monkeypatch.setattr(stored, "columns", lambda *_tables: [column])
        box = stored.box(Mode.ANONYMOUS)
        assert not any("Nobody can find out" in promise for promise in box.promises)


def test_the_page_shows_the_box_of_its_mode(client: Client) -> None:
    for mode in Mode.values:
        survey = factories.make_survey(mode=mode)
        asked: Any = survey if mode == Mode.ANONYMOUS else factories.make_invitation(survey)
        page = client.get(path_of(asked))
        assert page.context["box"] == stored.box(mode)
        assert stored.box(mode).title in page.content.decode()


def test_the_models_of_the_sealed_modes_know_no_person_and_no_time() -> None:
    sealed = (Envelope, Response, Answer)
    assert not stored.points_at_a_person(*sealed)
    assert not stored.tells_the_time(*sealed)
    assert not stored.counts(*sealed)
    # The control: the same questions about tables that do.
    assert stored.points_at_a_person(Signature)
    assert stored.points_at_a_person(Draft)
    assert stored.counts(Invitation)
