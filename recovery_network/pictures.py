"""Uploaded pictures are made anew: what hides in them is lost, and so is where they were taken."""

import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
PORTRAIT_SIDE = 480
READABLE = ("JPEG", "PNG", "WEBP")
QUALITY = 82


def portrait(upload: File[Any]) -> ContentFile[bytes]:
    """The middle of a picture as a square, for people; refuses what `remade` refuses."""
    return remade(upload, longest_side=PORTRAIT_SIDE, square=True)


def remade(
    upload: File[Any], *, longest_side: int = LONGEST_SIDE, square: bool = False
) -> ContentFile[bytes]:
    """The picture as a plain JPEG, upright, its longest side at most `longest_side` pixels.

    What kind of file it is is read from its first bytes, never from its name. Raises ValidationError for
    more than 8 MB, for more than 50 million pixels, and for what isn't a JPEG, PNG or WebP picture.
    """
    if upload.size > MOST_BYTES:
        raise ValidationError(_("The picture is larger than 8 MB. Make it smaller first."))
    try:
        return ContentFile(reencode(upload, longest_side, square), name="picture.jpg")
    except TooManyPixels:
        raise ValidationError(
            _("The picture has more than 50 million pixels. Make it smaller first.")
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        # What Pillow raises for files that are no pictures, or broken ones.
        raise ValidationError(
            _("This is not a picture that we can read. Use JPEG, PNG or WebP.")
        ) from error


def remake_picture(form: forms.BaseForm, field: str) -> Any:
    """An uploaded picture made anew; the kept one, or none, as it is."""
    picture = form.cleaned_data.get(field)
    return remade(picture) if picture and field in form.files else picture


class TooManyPixels(Exception):
    """A small file that would unfold into more memory than we have."""


def reencode(upload: File[Any], longest_side: int, square: bool) -> bytes:
    upload.seek(0)
    try:
        picture = Image.open(upload, formats=READABLE)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    if picture.width * picture.height > MOST_PIXELS:
        raise TooManyPixels
    if not square:
        picture.thumbnail((longest_side, longest_side))
    upright = ImageOps.exif_transpose(picture)
    if square:
        side = min(longest_side, *upright.size)
        upright = ImageOps.fit(upright, (side, side), centering=(0.5, 0.35))
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright.convert("RGB"), mask=alpha(upright))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def alpha(picture: Image.Image) -> Image.Image | None:
    return picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None
