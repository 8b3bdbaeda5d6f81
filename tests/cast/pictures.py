"""Pictures that people upload, good and bad."""

import random
from io import BytesIO

from PIL import Image


def a_photo(kind: str = "JPEG", size: tuple[int, int] = (1600, 900)) -> bytes:
    """A photograph with a place and an author in its EXIF, and enough detail to be hard to compress."""
    pixels = random.Random(7).randbytes(160 * 90 * 3)
    image = Image.frombytes("RGB", (160, 90), pixels).resize(size, Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[0x013B] = "Canary Legalname"
    exif[0x8825] = {1: "N", 2: (0.0, 17.0, 12.0)}
    out = BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()


def a_polyglot() -> bytes:
    """A GIF to one reader, a script to another; no picture that is taken here."""
    return b"GIF89a/*\x01\x00\x01\x00\x80\x00\x00*/=1;alert('canary')//"


def a_bomb() -> bytes:
    """A small file that declares more pixels than may be decoded."""
    out = BytesIO()
    Image.new("1", (9_000, 9_000)).save(out, "PNG")
    return out.getvalue()
