from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from programme.models import Material
from recovery_network.admin_base import OVERRIDES, Form, OurStackedInline
from recovery_network.uploads import HELP, checked_document


class MaterialForm(Form):
    def clean_file(self) -> Any:
        """A new file is looked into; the kept one stays as it is."""
        file = self.cleaned_data.get("file")
        if file and self.add_prefix("file") in self.files:
            return checked_document(file)
        return file

    def clean(self) -> dict[str, Any]:
        """A link takes the place of a file."""
        found = super().clean() or self.cleaned_data
        if found.get("url") and self.add_prefix("file") not in self.files:
            found["file"] = self.instance.file = ""
        return found


class MaterialInline(OurStackedInline):
    model = Material
    form = MaterialForm
    # The ordinary input would link to an address that private files don't have.
    formfield_overrides = {
        **OVERRIDES,
        models.FileField: {"widget": forms.FileInput, "help_text": HELP},
    }
    readonly_fields = ("kept_file",)
    fields = (
        ("kind", "title", "language"),
        ("kept_file", "file", "url"),
        "transcript",
        ("audience", "moment", "accepted_at", "position"),
    )

    @admin.display(description=gettext_lazy("kept file"))
    def kept_file(self, material: Material) -> str | SafeString:
        if not material.file:
            return "–"
        address = reverse("material", args=[material.session.conference.slug, material.key])
        return format_html('<a href="{}">{}</a>', address, material.ending)
