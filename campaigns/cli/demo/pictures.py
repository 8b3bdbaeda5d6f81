"""Drawn covers for the sample campaigns: no photograph, no person."""

from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (1200, 630)


def cover(ground: str, light: str, seed: int) -> bytes:
    """A still life of books, a board and a window in two colours, as a PNG; another arrangement for each seed."""
    image = Image.new("RGB", SIZE, ground)
    draw = ImageDraw.Draw(image)
    width, height = SIZE
    draw.rectangle((0, int(height * 0.72), width, height), fill=_mix(ground, "#000000", 0.35))
    _window(draw, 720 + (seed * 53) % 160, 80, light, ground)
    left = 140 + (seed * 37) % 120
    for number in range(5):
        shade = _mix(light, ground, 0.16 * number)
        top = int(height * 0.72) - 44 * (number + 1)
        shift = ((seed + 1) * (number + 3) * 17) % 60
        draw.rounded_rectangle((left + shift, top, left + shift + 360, top + 38), radius=5, fill=shade)
        draw.rectangle((left + shift + 22, top, left + shift + 30, top + 38), fill=_mix(shade, "#000000", 0.25))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _window(draw: ImageDraw.ImageDraw, x: int, y: int, light: str, ground: str) -> None:
    draw.rectangle((x, y, x + 300, y + 300), fill=_mix(light, "#ffffff", 0.45))
    frame = _mix(ground, "#000000", 0.45)
    draw.rectangle((x, y, x + 300, y + 300), outline=frame, width=12)
    draw.line((x + 150, y, x + 150, y + 300), fill=frame, width=8)
    draw.line((x, y + 150, x + 300, y + 150), fill=frame, width=8)


def _mix(first: str, second: str, share: float) -> str:
    pairs = [(int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
