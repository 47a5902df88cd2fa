import io
import struct
import zlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from recovery_network import pictures


def upload(picture: Image.Image, kind: str, **options: Any) -> ContentFile[bytes]:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return ContentFile(out.getvalue(), name="IMG_0042 hemmelig sted.php")


def opened(file: ContentFile[bytes]) -> Image.Image:
    return Image.open(io.BytesIO(file.read()))


def png_that_claims(width: int, height: int) -> bytes:
    """The head of a PNG with these measures and next to nothing in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_becomes_a_jpeg_with_a_name_of_ours(kind: str) -> None:
    made = pictures.remade(upload(Image.new("RGB", (40, 30), "teal"), kind))
    assert made.name == "picture.jpg"
    picture = opened(made)
    assert (picture.format, picture.size, picture.mode) == ("JPEG", (40, 30), "RGB")


def test_loses_what_the_camera_wrote_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[1] = "N"
    sent = upload(
        Image.new("RGB", (40, 20), "teal"),
        "JPEG",
        exif=exif,
        comment=b"secret",
        icc_profile=b"x" * 200,
    )
    made = pictures.remade(sent)
    assert b"taken at home" not in made.read()
    made.seek(0)
    picture = opened(made)
    assert picture.size == (20, 40)
    assert not picture.getexif()
    assert not {"exif", "comment", "icc_profile"} & set(picture.info)


def test_is_at_most_1600_pixels_wide_or_high() -> None:
    assert opened(pictures.remade(upload(Image.new("L", (3200, 400)), "PNG"))).size == (1600, 200)
    small = pictures.remade(upload(Image.new("L", (400, 800)), "PNG"), longest_side=400)
    assert opened(small).size == (200, 400)


def test_what_is_see_through_becomes_white() -> None:
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    assert opened(pictures.remade(upload(clear, "PNG"))).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_any_colours_will_do(mode: str) -> None:
    assert opened(pictures.remade(upload(Image.new(mode, (8, 8)), "PNG"))).mode == "RGB"


def test_colours_of_a_printer_will_do() -> None:
    assert opened(pictures.remade(upload(Image.new("CMYK", (8, 8)), "JPEG"))).mode == "RGB"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xff\xd8\xff\xe0 broken",
        b"\x89PNG\r\n\x1a\n",
        png_that_claims(10, 10),
    ],
)
@pytest.mark.usefixtures("in_english")
def test_refuses_what_is_no_picture(content: bytes) -> None:
    with pytest.raises(ValidationError, match="not a picture that we can read"):
        pictures.remade(ContentFile(content, name="picture.jpg"))


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PDF", "ICO"])
@pytest.mark.usefixtures("in_english")
def test_refuses_other_kinds_whatever_they_are_called(kind: str) -> None:
    sent = upload(Image.new("RGB", (16, 16)), kind)
    sent.name = "picture.jpg"
    with pytest.raises(ValidationError, match="Use JPEG, PNG or WebP"):
        pictures.remade(sent)


@pytest.mark.parametrize("side", [7_100, 10_000, 20_000, 60_000])
@pytest.mark.usefixtures("in_english")
def test_refuses_pictures_that_would_fill_the_memory(side: int) -> None:
    with pytest.raises(ValidationError, match="more than 50 million pixels"):
        pictures.remade(ContentFile(png_that_claims(side, side)))


@pytest.mark.usefixtures("in_english")
def test_refuses_files_above_eight_megabytes() -> None:
    sent = upload(Image.new("RGB", (8, 8)), "PNG")
    padded = ContentFile(sent.read() + b"\0" * pictures.MOST_BYTES)
    with pytest.raises(ValidationError, match="larger than 8 MB"):
        pictures.remade(padded)
