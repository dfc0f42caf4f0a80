"""Pictures for the demo, drawn and not taken: nobody and no place is on them."""

from datetime import date
from io import BytesIO
from zlib import crc32

from PIL import Image, ImageDraw

_SIZE = (960, 720)
_SKY, _GROUND, _DARK, _MARK = (186, 205, 214), (122, 116, 104), (66, 62, 58), (236, 232, 220)
_HORIZON = 260
_QUALITY = 82


def draw_picture(about: str, day: date) -> bytes:
    """A JPEG: a road under the sky, something dark on it, and the date in the corner.

    `about` moves the dark thing, so that no two pictures are the same.
    """
    image = Image.new("RGB", _SIZE, _SKY)
    pen = ImageDraw.Draw(image)
    width, height = _SIZE
    pen.rectangle((0, _HORIZON, width, height), fill=_GROUND)
    pen.polygon([(380, _HORIZON), (580, _HORIZON), (width, height), (0, height)], fill=(96, 94, 92))
    for top in range(_HORIZON + 30, height, 110):
        pen.rectangle((470, top, 490, top + 45), fill=_MARK)
    left = 220 + crc32(about.encode()) % 320
    pen.ellipse((left, 430, left + 260, 560), fill=_DARK)
    pen.ellipse((left + 40, 455, left + 190, 525), fill=(48, 46, 44))
    pen.text((24, height - 60), f"{day:%d/%m/%Y}", fill=_MARK, font_size=30)
    kept = BytesIO()
    image.save(kept, "JPEG", quality=_QUALITY)
    return kept.getvalue()
