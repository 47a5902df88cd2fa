"""Handing out the files of the library. Who may have them is checked before it comes here."""

from django.http import Http404
from django.http.response import HttpResponseBase

from network.models import Resource
from recovery_network.uploads import download


def hand_out(resource: Resource) -> HttpResponseBase:
    """The file as a download. Raises Http404 where there is none, or it is gone."""
    if not resource.file:
        raise Http404
    try:
        return download(resource.file, title=resource.title)
    except FileNotFoundError as error:
        raise Http404 from error
