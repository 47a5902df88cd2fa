"""For the admin pages of rows that have a page of their own on the site."""

from typing import Any

from django.http import HttpRequest

from recovery_network.admin_base import OurModelAdmin
from recovery_network.search.actions import refresh


class SearchedAdmin(OurModelAdmin):
    """What an editor saves or deletes is found, or no longer found, at once."""

    # The kind that search.registry knows these rows as.
    searched_as = ""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh(self.searched_as, [form.instance.pk])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        number = obj.pk
        super().delete_model(request, obj)
        refresh(self.searched_as, [number])
