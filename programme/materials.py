"""Handing out what belongs to sessions. Who may have it is checked before it comes here."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from programme.models import Material, SpeakerInvitation
from recovery_network.uploads import download


def hand_out(material: Material) -> HttpResponseBase:
    """The file as a download, or the way to where it is. Raises Http404 where the file is gone."""
    if not material.file:
        if not material.url:
            raise Http404
        return HttpResponseRedirect(material.url, headers={"Referrer-Policy": "no-referrer"})
    try:
        return download(material.file, title=material.title)
    except FileNotFoundError as error:
        raise Http404 from error


def picture_of(invitation: SpeakerInvitation) -> HttpResponse:
    """The picture they sent, which we made ourselves. Raises Http404 where there is none."""
    if not invitation.picture:
        raise Http404
    try:
        with invitation.picture.open("rb") as picture:
            content = picture.read()
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="image/jpeg", headers=headers)
