import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from programme.models import Session
from programme.timetable import local_day
from recovery_network import i18n

MOST_LETTERS = 80
# A programme that one takes in at a glance needs neither search nor choices.
WORTH_FILTERING = 15
Choices = list[tuple[str, str]]


class ReadingForm(forms.Form):
    """Which sessions of a programme, and in which order. The names are those of the address."""

    q = forms.CharField(label=_("Search in the programme"), max_length=MOST_LETTERS, required=False)
    dag = forms.ChoiceField(label=_("Day"), required=False)
    spor = forms.ChoiceField(label=_("Track"), required=False)
    rom = forms.ChoiceField(label=_("Room"), required=False)
    type = forms.ChoiceField(label=_("Kind"), required=False)
    sprak = forms.ChoiceField(label=_("Language"), required=False)
    vis = forms.ChoiceField(
        choices=[("", ""), ("spor", ""), ("rom", "")], required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: Any, conference: Conference, sessions: Sequence[Session]) -> None:
        super().__init__(data)
        self.conference, self.sessions = conference, sessions
        for name, choices in self.choices().items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("All")), *choices]
            field.error_messages["invalid_choice"] = _("This is not in the programme (any longer).")
            # What all sessions have in common can't be chosen between, but stays valid in an address.
            if len(choices) < 2:
                field.widget = forms.HiddenInput()

    def choices(self) -> dict[str, Choices]:
        """What there is to choose between, in the order of the programme."""
        days = {local_day(self.conference, each): each.starts_at for each in self.sessions}
        tracks = {each.track.key: each.track for each in self.sessions if each.track}
        rooms = {each.room.key: each.room for each in self.sessions if each.room}
        in_order = sorted(rooms.values(), key=lambda room: (room.position, room.pk))
        kinds = {each.kind for each in self.sessions if not each.is_pause()}
        languages = {each.spoken() for each in self.sessions if not each.is_pause()}
        return {
            "dag": [(str(day), capfirst(i18n.date_long(at))) for day, at in sorted(days.items())],
            "spor": [
                (each.key, each.name)
                for each in sorted(tracks.values(), key=lambda track: (track.position, track.pk))
            ],
            "rom": [(each.key, each.name) for each in in_order],
            "type": chosen(Session.Kind.choices, kinds),
            "sprak": [(code, settings.LANGUAGE_NAMES[code]) for code in sorted(languages)],
        }

    def narrows(self) -> bool:
        """Whether some sessions may be left out."""
        return any(value for name, value in self.cleaned_data.items() if name != "vis")

    def is_worthwhile(self) -> bool:
        several = any(
            isinstance(self.fields[name].widget, forms.Select) for name in ("dag", "spor", "rom")
        )
        return several or len(self.sessions) > WORTH_FILTERING

    def found(self) -> list[Session]:
        """The sessions that were asked for; all where the form asks for nothing, or for nonsense."""
        wanted = self.cleaned_data
        words = re.findall(r"\S+", wanted.get("q", "").casefold())
        return [each for each in self.sessions if self.fits(each, wanted, words)]

    def fits(self, session: Session, wanted: dict[str, str], words: Iterable[str]) -> bool:
        has = {
            "dag": str(local_day(self.conference, session)),
            "spor": session.track.key if session.track else "",
            "rom": session.room.key if session.room else "",
            "type": session.kind,
            "sprak": session.spoken(),
        }
        if any(wanted.get(name) and wanted[name] != value for name, value in has.items()):
            return False
        text = searchable(session) if words else ""
        return all(word in text for word in words)


def chosen(choices: Iterable[tuple[str, Any]], used: set[str]) -> Choices:
    return [(value, capfirst(str(label))) for value, label in choices if value in used]


def searchable(session: Session) -> str:
    """All that a reader may remember of a session, in small letters."""
    people = [
        part
        for each in session.contributions.all()
        for part in (each.speaker.name, each.presentation())
    ]
    track = session.track.name if session.track else ""
    parts = (session.title, session.abstract, session.place(), track, *people)
    return "\n".join(parts).casefold()
