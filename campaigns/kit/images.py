"""Uploaded pictures and documents: known by decoding, pictures drawn anew so that nothing hidden stays."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from campaigns.kit.errors import Refused

MEGABYTE = 1_000_000
MAX_BYTES = 10 * MEGABYTE
MAX_PIXELS = 40_000_000
"""Enough for a telephone's photograph; decoded it takes 160 MB at most."""

MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
QUALITIES = (80, 65, 50, 35)
SMALLER = 0.75


class BadFile(Refused):
    """This file cannot be taken."""

    field = "file"


class TooBig(BadFile):
    """The file has more bytes than may be sent."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The file is too big; the most is {limit / MEGABYTE:g} MB.")


class TooManyPixels(BadFile):
    """The picture has more pixels than may be decoded."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The picture has too many pixels; the most is {limit / 1_000_000:g} million.")


class NotAnImage(BadFile):
    """The file is not a JPEG, PNG or WebP picture, or it is damaged."""


class NotADocument(BadFile):
    """The file is not a PDF document nor a JPEG, PNG or WebP picture, or it is damaged."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture ready to be stored and shown, with its size in pixels."""

    data: bytes
    mime: str
    width: int
    height: int


def reencode(
    data: bytes,
    *,
    max_width: int = 1200,
    max_bytes_in: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    max_bytes_out: int | None = 30_000,
) -> Encoded:
    """The first frame, upright, on a fresh white canvas as WebP: no EXIF, place, comments or appended files.

    Neither side exceeds `max_width`; quality, then size, go down until it fits `max_bytes_out` (None: any).
    Raises TooBig, TooManyPixels (before anything is decoded) or NotAnImage.
    """
    image = _open(data, max_bytes_in, max_pixels)
    try:
        canvas = _redraw(image, max_width)
    except Exception as error:  # hostile bytes make decoders fail in every way there is
        raise NotAnImage from error
    return _fit(canvas, max_bytes_out)


def is_pdf(data: bytes) -> bool:
    """Whether the bytes begin and end as a PDF does."""
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-1024:]


def check_document(data: bytes, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> str:
    """The MIME type of a proof: a PDF, or a picture that really decodes.

    The bytes stay as they came, so serve them as an attachment only.
    Raises TooBig, TooManyPixels or NotADocument.
    """
    if len(data) > max_bytes:
        raise TooBig(max_bytes)
    if is_pdf(data):
        return "application/pdf"
    try:
        image = _open(data, max_bytes, max_pixels)
        image.load()
    except TooManyPixels:
        raise
    except Exception as error:  # as in reencode
        raise NotADocument from error
    return MIMES.get(image.format or "", "image/jpeg")  # a telephone's "MPO" is a JPEG and more


def _open(data: bytes, max_bytes: int, max_pixels: int) -> Image.Image:
    """The picture with its size known and no pixel decoded."""
    if len(data) > max_bytes:
        raise TooBig(max_bytes)
    try:
        image = Image.open(BytesIO(data), formats=tuple(MIMES))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(max_pixels) from error
    except Exception as error:  # as in reencode
        raise NotAnImage from error
    if image.width * image.height > max_pixels:
        raise TooManyPixels(max_pixels)
    return image


def _redraw(image: Image.Image, side: int) -> Image.Image:
    image.draft("RGB", (2 * side, 2 * side))  # lets a JPEG decode at a fraction of its size
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I"):  # 16-bit greys would be cut off, not scaled
        image = image.point(lambda grey: grey / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    frame = image if image.mode == mode else image.convert(mode)  # no second copy of a large picture
    frame.thumbnail((side, side), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", frame.size, "white")
    canvas.paste(frame, mask=frame if frame.mode == "RGBA" else None)
    return canvas


def _fit(canvas: Image.Image, limit: int | None) -> Encoded:
    for quality in QUALITIES:
        out = BytesIO()
        canvas.save(out, "WEBP", quality=quality)
        if limit is None or out.tell() <= limit or canvas.size == (1, 1):
            return Encoded(out.getvalue(), "image/webp", *canvas.size)
    width, height = (max(1, int(side * SMALLER)) for side in canvas.size)
    return _fit(canvas.resize((width, height), Image.Resampling.LANCZOS), limit)
