import io
import random
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo

from campaigns.kit import images
from campaigns.kit.errors import Refused

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
FORMATS = ["JPEG", "PNG", "WEBP"]


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 40), colour="teal", mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def noise(size: tuple[int, int], kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    pixels = random.Random(7).randbytes(size[0] * size[1] * 3)
    Image.frombytes("RGB", size, pixels).save(out, kind)
    return out.getvalue()


def opened(encoded: images.Encoded) -> Image.Image:
    return Image.open(io.BytesIO(encoded.data))


def near(pixel, colour, by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(pixel, colour, strict=True))


def png_that_declares(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("evil.txt", "hidden words")
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
NOT_PICTURES = {
    "nothing": b"",
    "text": b"Just some words",
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "pdf": PDF,
    "zip": a_zip(),
    "magic alone": b"\xff\xd8\xff\xe0",
    "png magic alone": b"\x89PNG\r\n\x1a\n",
    "truncated jpeg": noise((90, 90), "JPEG")[:4000],
    "truncated png": noise((90, 90))[:4000],
    "truncated webp": noise((90, 90), "WEBP")[:1500],
    "png without pixels": png_that_declares(0, 0),
    "png that lacks its pixels": png_that_declares(50, 50),
}


# Drawn anew


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_comes_out_as_webp_of_the_same_size(kind: str) -> None:
    encoded = images.reencode(picture(kind))
    assert (encoded.mime, encoded.width, encoded.height) == ("image/webp", 80, 40)
    assert opened(encoded).format == "WEBP"
    assert opened(encoded).size == (80, 40)
    assert near(opened(encoded).getpixel((40, 20)), (0, 128, 128))


def test_place_camera_profile_and_comment_are_gone() -> None:
    exif = Image.Exif()
    exif[MAKE] = "SecretCamera"
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 30.0, 0.0)})
    data = picture("JPEG", exif=exif, comment=b"SecretWords", icc_profile=b"SecretProfile", xmp=b"SecretXmp")
    assert data.count(b"Secret") == 4
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(GPS)
    encoded = images.reencode(data)
    assert b"Secret" not in encoded.data
    assert b"EXIF" not in encoded.data
    assert not opened(encoded).getexif()
    assert set(opened(encoded).info) <= {"loop", "background", "timestamp", "duration"}


def test_words_in_a_png_are_gone() -> None:
    info = PngInfo()
    info.add_text("Author", "SecretName")
    data = picture("PNG", pnginfo=info)
    assert b"SecretName" in data
    assert b"SecretName" not in images.reencode(data).data


@pytest.mark.parametrize("tail", [a_zip(), b"<script>alert('hidden words')</script>", PDF], ids=["zip", "html", "pdf"])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_hidden_behind_a_picture_is_gone(kind: str, tail: bytes) -> None:
    encoded = images.reencode(picture(kind) + tail)
    assert tail not in encoded.data
    assert not zipfile.is_zipfile(io.BytesIO(encoded.data))
    assert (encoded.width, encoded.height) == (80, 40)


def test_a_picture_taken_sideways_is_put_upright() -> None:
    sideways = Image.new("RGB", (80, 40), "red")
    sideways.paste("blue", (40, 0, 80, 40))
    exif, out = Image.Exif(), io.BytesIO()
    exif[ORIENTATION] = 6
    sideways.save(out, "JPEG", exif=exif)
    upright = opened(images.reencode(out.getvalue()))
    assert upright.size == (40, 80)
    assert near(upright.getpixel((20, 10)), (255, 0, 0))
    assert near(upright.getpixel((20, 70)), (0, 0, 255))


@pytest.mark.parametrize(("mode", "colour"), [("RGBA", (255, 0, 0, 0)), ("LA", (0, 0))])
def test_what_is_transparent_becomes_white(mode: str, colour) -> None:
    pixel = opened(images.reencode(picture("PNG", colour=colour, mode=mode))).getpixel((10, 10))
    assert near(pixel, (255, 255, 255))


def test_a_transparent_palette_becomes_white() -> None:
    encoded = images.reencode(picture("PNG", colour=0, mode="P", transparency=0))
    assert near(opened(encoded).getpixel((10, 10)), (255, 255, 255))


@pytest.mark.parametrize(
    ("kind", "mode", "colour", "seen"),
    [
        ("JPEG", "L", 128, 128),
        ("PNG", "1", 1, 255),
        ("PNG", "I;16", 0x8080, 128),
        ("JPEG", "CMYK", (0, 0, 0, 127), 128),
    ],
)
def test_every_kind_of_colour_is_understood(kind: str, mode: str, colour, seen: int) -> None:
    assert near(opened(images.reencode(picture(kind, mode=mode, colour=colour))).getpixel((9, 9)), (seen,) * 3)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_only_the_first_frame_of_a_moving_picture_stays(kind: str) -> None:
    data = picture(kind, colour="red", save_all=True, append_images=[Image.new("RGB", (80, 40), "blue")], duration=90)
    assert Image.open(io.BytesIO(data)).n_frames == 2
    still = opened(images.reencode(data))
    assert getattr(still, "n_frames", 1) == 1
    assert near(still.getpixel((10, 10)), (255, 0, 0))


# Its size


@pytest.mark.parametrize(
    ("size", "fitted"),
    [
        ((3000, 1500), (1200, 600)),
        ((1500, 3000), (600, 1200)),
        ((1200, 10), (1200, 10)),
        ((9000, 1), (1200, 1)),
    ],
)
def test_a_large_picture_is_made_smaller_and_keeps_its_shape(size, fitted) -> None:
    encoded = images.reencode(picture("JPEG", size))
    assert (encoded.width, encoded.height) == fitted == opened(encoded).size


def test_a_small_picture_is_not_blown_up() -> None:
    encoded = images.reencode(picture(size=(3, 2)))
    assert (encoded.width, encoded.height) == (3, 2)


@pytest.mark.parametrize("limit", [30_000, 5_000])
def test_a_busy_picture_fits_its_bytes(limit: int) -> None:
    encoded = images.reencode(noise((500, 400)), max_bytes_out=limit)
    assert len(encoded.data) <= limit
    assert abs(encoded.width / encoded.height - 500 / 400) < 0.05


def test_a_page_s_cover_is_at_most_thirty_thousand_bytes_unless_asked() -> None:
    assert len(images.reencode(noise((600, 600))).data) <= 30_000
    assert len(images.reencode(noise((600, 600)), max_bytes_out=None).data) > 30_000


def test_an_impossible_limit_still_ends() -> None:
    encoded = images.reencode(noise((40, 40)), max_bytes_out=1)
    assert (encoded.width, encoded.height) == (1, 1)


# What is refused


@pytest.mark.parametrize("data", NOT_PICTURES.values(), ids=NOT_PICTURES.keys())
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(images.NotAnImage, match="JPEG, PNG or WebP") as refusal:
        images.reencode(data)
    assert refusal.value.field == "file"


def test_a_file_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(images.TooBig, match="the most is 10 MB"):
        images.reencode(picture() + bytes(10_000_000))
    with pytest.raises(images.TooBig, match="the most is"):
        images.reencode(picture(), max_bytes_in=100)


@pytest.mark.parametrize("size", [(50_000, 50_000), (12_000, 10_000), (8_000, 5_001)])
def test_a_picture_of_too_many_pixels_is_refused_by_what_it_declares(size: tuple[int, int]) -> None:
    bomb = png_that_declares(*size)
    assert len(bomb) < 100
    with pytest.raises(images.TooManyPixels, match="40 million"):
        images.reencode(bomb)
    with pytest.raises(images.TooManyPixels):
        images.check_document(bomb)


def test_pixels_are_counted_before_any_is_decoded(monkeypatch) -> None:
    just_over = picture(size=(101, 100))
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda *_: pytest.fail("decoded"))
    with pytest.raises(images.TooManyPixels):
        images.reencode(just_over, max_pixels=10_000)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from([picture(kind, exif=b"Exif\0\0II*\0\x08\0\0\0") for kind in FORMATS]), st.data())
def test_damaged_bytes_are_a_picture_or_a_refusal(whole: bytes, data) -> None:
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Refused):
        encoded = images.reencode(bytes(damaged), max_pixels=1_000_000)
        assert opened(encoded).size == (encoded.width, encoded.height)


# Documents


def test_a_pdf_is_known_by_both_its_ends() -> None:
    assert images.is_pdf(PDF)
    assert not images.is_pdf(PDF[:-8])
    assert not images.is_pdf(b"x" + PDF)
    assert not images.is_pdf(PDF + bytes(2000))


@pytest.mark.parametrize(
    ("data", "mime"),
    [(PDF, "application/pdf")] + [(picture(kind), f"image/{kind.lower()}") for kind in FORMATS],
    ids=["pdf", *FORMATS],
)
def test_a_proof_is_a_pdf_or_a_picture(data: bytes, mime: str) -> None:
    assert images.check_document(data) == mime


@pytest.mark.parametrize("name", sorted(NOT_PICTURES.keys() - {"pdf"}))
def test_another_file_is_no_proof(name: str) -> None:
    with pytest.raises(images.NotADocument, match="PDF"):
        images.check_document(NOT_PICTURES[name])


def test_a_proof_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(images.TooBig):
        images.check_document(PDF, max_bytes=10)
