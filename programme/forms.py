from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conferences.models import Conference, Room
from network.validators import validate_plain_text
from programme import clocks, mentions
from programme.models import Session

if TYPE_CHECKING:
    RowFormSetBase = BaseFormSet["RowForm"]
else:
    RowFormSetBase = BaseFormSet

MOST_ROWS = 200
# Blank rows below what is there; a button gives more.
BLANK_ROWS = 3
# An end that would be further away is one that was written wrong.
LONGEST = timedelta(hours=14)


class PublishForm(forms.Form):
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("What is new, in a sentence (optional)"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[validate_plain_text],
        help_text=gettext_lazy(
            "Stands in the list of versions, and in the mail to those who are told."
        ),
    )

    def answers(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"], "seen": self.cleaned_data["seen"]}

    def again(self, seen: str) -> "PublishForm":
        """The same answers about the draft as it is now."""
        return type(self)({**dict(self.data.items()), "seen": seen})


class Around:
    """What the rows of one day's table have in common."""

    def __init__(self, conference: Conference, day: date, rooms: Sequence[Room]) -> None:
        self.conference = conference
        self.day = day
        self.rooms = {str(room.pk): room for room in rooms}
        self.tracks = {str(track.pk): track for track in conference.tracks.all()}

    def room_choices(self) -> list[tuple[str, str]]:
        return [("", "–"), *((pk, self.room_name(room)) for pk, room in self.rooms.items())]

    def room_name(self, room: Room) -> str:
        """Rooms of other venues say where they are."""
        elsewhere = room.venue is not None and room.venue_id != self.conference.venue_id
        return f"{room.name} ({room.venue})" if elsewhere else room.name

    def track_choices(self) -> list[tuple[str, str]]:
        return [("", "–"), *((pk, track.name) for pk, track in self.tracks.items())]


def remembering(field: forms.Field) -> forms.Field:
    """The form carries what stood in the field when it was read, and knows what the organiser changed."""
    field.show_hidden_initial = True
    return field


class RowForm(forms.Form):
    """One session in the table of a day."""

    number = forms.IntegerField(
        required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput
    )
    was = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    start = remembering(forms.CharField(label=gettext_lazy("From"), max_length=20, required=False))
    end = remembering(forms.CharField(label=gettext_lazy("To"), max_length=20, required=False))
    title = remembering(
        forms.CharField(
            label=gettext_lazy("Title"),
            max_length=200,
            required=False,
            validators=[validate_plain_text],
        )
    )
    kind = remembering(
        forms.ChoiceField(
            label=gettext_lazy("Kind"), choices=Session.Kind, initial=Session.Kind.TALK
        )
    )
    room = remembering(forms.ChoiceField(label=gettext_lazy("Room"), required=False))
    track = remembering(forms.ChoiceField(label=gettext_lazy("Track"), required=False))
    people = remembering(
        forms.CharField(
            label=gettext_lazy("Contributors"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 1}),
            validators=[validate_plain_text],
        )
    )
    remove = forms.BooleanField(label=gettext_lazy("Take out"), required=False)

    def __init__(self, *args: Any, around: Around, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.around = around
        self.choose("room", around.room_choices())
        self.choose("track", around.track_choices())
        if not around.tracks:
            del self.fields["track"]
        for name in ("start", "end"):
            self.fields[name].widget.attrs |= {"size": 6, "autocomplete": "off"}

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def is_blank(self) -> bool:
        found = self.cleaned_data
        return not found.get("number") and not any(
            found.get(name) for name in ("start", "end", "title", "people")
        )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.errors or self.is_blank() or found.get("remove"):
            return found
        if not found.get("title"):
            self.add_error("title", _("Write a title."))
        found["starts_at"] = self.moment("start", None)
        if found["starts_at"] is not None:
            found["ends_at"] = self.end_after(found["starts_at"])
        found["room"] = self.around.rooms.get(found.get("room", ""))
        found["track"] = self.around.tracks.get(found.get("track", ""))
        found["mentions"] = self.people_named()
        return found

    def moment(self, name: str, after: datetime | None) -> datetime | None:
        text: str = self.cleaned_data.get(name, "")
        if not text:
            if name == "start":
                self.add_error(name, _("Write when it begins."))
            return None
        try:
            return clocks.read(text, self.around.day, self.around.conference.zone, after=after)
        except clocks.NoTime as refusal:
            self.add_error(name, str(refusal))
            return None

    def end_after(self, start: datetime) -> datetime | None:
        end = self.moment("end", start)
        if end is not None and end - start > LONGEST:
            self.add_error("end", _("The end must come after the start."))
        return end

    def people_named(self) -> list[mentions.Mention]:
        found = mentions.read(self.cleaned_data.get("people", ""))
        too_long = [
            each.name for each in found if len(each.name) > 120 or len(each.presentation) > 240
        ]
        if too_long:
            self.add_error(
                "people",
                ValidationError(
                    _("Too long: %(name)s. Put a semicolon between people."),
                    params={"name": too_long[0][:40]},
                ),
            )
        return found


class BaseRows(RowFormSetBase):
    """The table of one day."""

    def add_fields(self, form: "RowForm", index: int | None) -> None:
        """Each cell is named for those who can't see the head of its column."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget = field.widget
            if not widget.is_hidden:
                row = _("row %(number)d") % {"number": (index or 0) + 1}
                widget.attrs["aria-label"] = f"{field.label}, {row}"
                widget.attrs["aria-describedby"] = f"{form.prefix}-{name}-error"

    def clean(self) -> None:
        if len(self.forms) > MOST_ROWS:
            raise ValidationError(_("A day has at most %(most)d rows."), params={"most": MOST_ROWS})


Rows = formset_factory(
    RowForm, formset=BaseRows, extra=BLANK_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 1
)


class PastedRowForm(RowForm):
    """A row that was read out of a pasted text; its description comes along."""

    location = forms.CharField(
        label=gettext_lazy("Place that is no room"), max_length=120, required=False
    )
    abstract = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("number", "was", "start", "end", "title", "kind", "room", "location", "track", "people", "abstract", "remove")  # fmt: skip


PastedRows = formset_factory(
    PastedRowForm, formset=BaseRows, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 1
)


class PasteForm(forms.Form):
    day = forms.TypedChoiceField(
        label=gettext_lazy("Day"), coerce=date.fromisoformat, empty_value=None
    )
    text = forms.CharField(
        label=gettext_lazy("The programme as text or table"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 14, "cols": 80}),
        help_text=gettext_lazy(
            "Copied from a document, a mail or a spreadsheet. A line that begins with a time, such as "
            "“09.15–09.30 Welcome”, begins a session. You see how it is understood before anything is saved."
        ),
    )

    def __init__(self, *args: Any, days: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["day"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(day.isoformat(), date_format(day, "DATE_FORMAT")) for day in days]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if (
            "write" not in self.data
            and not found.get("text", "").strip()
            and "text" not in self.errors
        ):
            self.add_error("text", _("Paste the programme here."))
        return found


class CopyForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=160, validators=[validate_plain_text]
    )
    first_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy(
            "All dates move with it. The suggestion is the same day of the week a year later."
        ),
    )
    with_contributors = forms.BooleanField(
        label=gettext_lazy("Contributors too"),
        required=False,
        help_text=gettext_lazy(
            "Only if you know that the same people come again. What they were asked and answered is never copied."
        ),
    )

    def clean_first_day(self) -> date:
        day: date = self.cleaned_data["first_day"]
        if not 2000 <= day.year <= 2100:
            raise ValidationError(_("Choose a day of this century."))
        return day


class ShiftForm(forms.Form):
    """Everything after a moment, some minutes later or earlier."""

    after = forms.CharField(label=gettext_lazy("Everything from"), max_length=20)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes later"),
        min_value=-12 * 60,
        max_value=12 * 60,
        help_text=gettext_lazy("A minus means earlier: -10."),
    )

    def __init__(self, *args: Any, conference: Conference, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conference, self.day = conference, day

    def clean_after(self) -> datetime:
        try:
            return clocks.read(self.cleaned_data["after"], self.day, self.conference.zone)
        except clocks.NoTime as refusal:
            raise ValidationError(str(refusal)) from None
