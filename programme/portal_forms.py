"""The forms of a contributor's own page. They check; the verbs in actions.answering write."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.validators import validate_plain_text
from programme.models import Session, SpeakerInvitation, SpeakerNeed, TalkProposal
from recovery_network.pictures import portrait
from recovery_network.uploads import HELP, checked_document

YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class VersionForm(forms.Form):
    """Carries which version of the page was seen, so that two windows don't undo each other."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)

    def renew(self, version: int) -> None:
        """The same answers, on top of what is saved by now."""
        typed: Any = self.data
        data = typed.copy()
        data["version"] = str(version)
        self.data = data


class LineField(forms.CharField):
    default_validators = [validate_plain_text]


class TextField(forms.CharField):
    default_validators = [validate_plain_text]

    def __init__(self, *, rows: int = 5, **options: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": rows}), **options)


class AnswerForm(VersionForm):
    words = TextField(
        label=gettext_lazy("A few words to the organiser (optional)"),
        max_length=1000,
        required=False,
        rows=3,
        help_text=gettext_lazy("Only organisers read it. You need not say why."),
    )


class ProfileForm(VersionForm):
    title = LineField(
        label=gettext_lazy("Title"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("What you do, for instance peer worker or professor."),
    )
    affiliation = LineField(
        label=gettext_lazy("Where you belong"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("An organisation, a place of work, or nothing."),
    )
    biography = TextField(
        label=gettext_lazy("A few words about you"),
        max_length=3000,
        required=False,
        rows=7,
        help_text=gettext_lazy("Three or four sentences, as you want to be presented."),
    )
    picture = forms.FileField(
        label=gettext_lazy("Picture of you"),
        required=False,
        help_text=gettext_lazy(
            "JPEG, PNG or WebP, at most 8 MB. We cut it to a square and take out where it was taken."
        ),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
    )
    remove_picture = forms.BooleanField(label=gettext_lazy("Take my picture away"), required=False)
    picture_alt = LineField(
        label=gettext_lazy("What the picture shows"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "For those who can't see it, for instance: a smiling woman with short grey hair."
        ),
    )
    picture_consent = forms.BooleanField(
        label=gettext_lazy("You may show my picture on the website and in the programme."),
        required=False,
    )
    recording_consent = forms.ChoiceField(
        label=gettext_lazy("May we record your session and share it?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        required=False,
        help_text=gettext_lazy("You may say no, and you may change your mind."),
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, invitation: SpeakerInvitation
    ) -> None:
        self.invitation = invitation
        speaker = invitation.speaker
        given = invitation.profile_given_at is not None
        told = invitation if given else speaker
        consent = {True: "yes", False: "no", None: ""}[invitation.recording_consent]
        initial = {
            "version": invitation.version,
            "title": told.title,
            "affiliation": told.affiliation,
            "biography": told.biography,
            "picture_alt": told.picture_alt,
            "picture_consent": bool(invitation.picture_consent),
            "recording_consent": consent,
        }
        super().__init__(data, files, initial=initial)
        if not invitation.picture:
            del self.fields["remove_picture"]

    def clean_picture(self) -> Any:
        picture = self.cleaned_data.get("picture")
        return portrait(picture) if picture else None

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        keeps = bool(self.invitation.picture) and not found.get("remove_picture")
        if found.get("picture") or keeps:
            if not found.get("picture_alt"):
                self.add_error("picture_alt", _("Say what the picture shows."))
            if found.get("picture") and not found.get("picture_consent"):
                self.add_error(
                    "picture_consent", _("Tick this, or send no picture. It is up to you.")
                )
        return found

    def answers(self) -> dict[str, Any]:
        found = self.cleaned_data
        return {
            "version": found["version"],
            "words": {name: found[name] for name in ("title", "affiliation", "biography")},
            "picture": found["picture"],
            "remove_picture": bool(found.get("remove_picture")),
            "picture_alt": found["picture_alt"],
            "picture_consent": found["picture_consent"],
            "recording_consent": {"yes": True, "no": False}.get(found["recording_consent"]),
        }


class TalkForm(VersionForm):
    title = LineField(
        label=gettext_lazy("What you would call it"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty means that the title may stay as it is."),
    )
    abstract = TextField(
        label=gettext_lazy("What it is about"),
        max_length=4000,
        required=False,
        rows=7,
        help_text=gettext_lazy("In plain words, for those who choose what to hear."),
    )
    content_note = LineField(
        label=gettext_lazy("What may be hard to hear about"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For instance suicide or violence, so that people can choose."),
    )
    equipment = LineField(
        label=gettext_lazy("What you need on stage"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Sound, a cable, a chair. Only organisers read it."),
    )
    slides = forms.FileField(
        label=gettext_lazy("Slides or a paper"), required=False, help_text=HELP
    )
    slides_title = LineField(
        label=gettext_lazy("What the file is called on the site"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Empty means as the session."),
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        invitation: SpeakerInvitation,
        session: Session,
        proposal: TalkProposal | None,
    ) -> None:
        told: Any = proposal or session
        names = ("title", "abstract", "content_note")
        initial = {name: getattr(told, name) for name in names}
        initial |= {
            "version": invitation.version,
            "equipment": proposal.equipment if proposal else "",
        }
        super().__init__(data, files, initial=initial)

    def clean_slides(self) -> Any:
        slides = self.cleaned_data.get("slides")
        return checked_document(slides) if slides else None

    def answers(self) -> dict[str, Any]:
        found = self.cleaned_data
        names = ("title", "abstract", "content_note", "equipment")
        return {
            "version": found["version"],
            "words": {name: found[name] for name in names},
            "slides": found["slides"],
            "slides_title": found["slides_title"],
        }


class NeedForm(VersionForm):
    text = TextField(
        label=gettext_lazy("What you need"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy(
            "For instance food, a hearing loop, a step-free stage, a companion. Empty takes away what stood here."
        ),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("You may store what I need until 14 days after the gathering."),
        required=False,
    )

    def __init__(
        self, data: Any = None, *, invitation: SpeakerInvitation, need: SpeakerNeed | None
    ) -> None:
        initial = {
            "version": invitation.version,
            "text": need.note if need else "",
            "consent": need is not None,
        }
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("text") and not found.get("consent"):
            self.add_error("consent", _("Tick this, or leave the text empty."))
        return found


class InviteForm(forms.Form):
    """What organisers say when they ask several at once."""

    answer_by = forms.DateField(
        label=gettext_lazy("Answer before"),
        widget=forms.DateInput({"type": "date"}),
        required=False,
    )
    message = TextField(
        label=gettext_lazy("Your own words in the invitation (optional)"),
        max_length=2000,
        required=False,
        rows=4,
    )
    wants_slides = forms.BooleanField(label=gettext_lazy("Ask for slides"), required=False)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.data.get("do") == "invite" and not found.get("answer_by"):
            raise ValidationError({"answer_by": _("Choose a date.")})
        return found
