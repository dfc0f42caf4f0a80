"""Pictures for the demo, drawn and not taken: nobody and no place is on them."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from io import BytesIO

from PIL import Image, ImageDraw
from PIL.ImageDraw import ImageDraw as Pen


class View(StrEnum):
    """What a report can show."""

    POTHOLE = "pothole"
    CRACKED_BRIDGE = "cracked_bridge"
    FOUL_WATER = "foul_water"
    FLOATING_RUBBISH = "floating_rubbish"
    BROKEN_BANK = "broken_bank"


_SIZE = (960, 720)
_WIDTH, _HEIGHT = _SIZE
_SKY, _GROUND, _GRASS, _DARK = (186, 205, 214), (122, 116, 104), (104, 128, 84), (48, 46, 44)
_ASPHALT, _MARK, _CONCRETE = (96, 94, 92), (236, 232, 220), (168, 164, 156)
_WATER, _FOUL, _BRICK = (112, 138, 140), (64, 66, 52), (160, 96, 76)
_RUBBISH = (_MARK, (214, 84, 70), (70, 110, 180), (222, 186, 80))
_HORIZON = 260
_QUALITY = 82


def draw_picture(view: View, day: date) -> bytes:
    """A JPEG of what was reported, with the date in the corner; the same on every day."""
    image = Image.new("RGB", _SIZE, _SKY)
    pen = ImageDraw.Draw(image)
    _DRAWINGS[view](pen)
    pen.text((24, _HEIGHT - 60), f"{day:%d/%m/%Y}", fill=_MARK, font_size=30)
    kept = BytesIO()
    image.save(kept, "JPEG", quality=_QUALITY)
    return kept.getvalue()


def _pothole(pen: Pen) -> None:
    pen.rectangle((0, _HORIZON, _WIDTH, _HEIGHT), fill=_GROUND)
    road = [(380, _HORIZON), (580, _HORIZON), (_WIDTH, _HEIGHT), (0, _HEIGHT)]
    pen.polygon(road, fill=_ASPHALT)
    for top in range(_HORIZON + 30, _HEIGHT, 110):
        pen.rectangle((470, top, 490, top + 45), fill=_MARK)
    pen.ellipse((300, 430, 620, 570), fill=_DARK)
    pen.ellipse((350, 470, 540, 540), fill=_WATER)


def _cracked_bridge(pen: Pen) -> None:
    pen.rectangle((0, 520, _WIDTH, _HEIGHT), fill=_WATER)
    pen.polygon([(0, 330), (190, 330), (280, _HEIGHT), (0, _HEIGHT)], fill=_GRASS)
    pen.polygon([(770, 330), (_WIDTH, 330), (_WIDTH, _HEIGHT), (680, _HEIGHT)], fill=_GRASS)
    for left in range(60, _WIDTH, 120):
        pen.rectangle((left, 240, left + 12, 310), fill=_CONCRETE)
    pen.rectangle((0, 232, _WIDTH, 246), fill=_CONCRETE)
    pen.rectangle((0, 310, _WIDTH, 370), fill=_CONCRETE)
    for left in (200, 680):
        pen.rectangle((left, 370, left + 80, 640), fill=_CONCRETE)
    _crack(pen, [(690, 312), (712, 350), (700, 400), (728, 450), (714, 520), (736, 610)])


def _foul_water(pen: Pen) -> None:
    _canal(pen, _FOUL)
    pen.rectangle((0, 380, 250, 430), fill=_CONCRETE)
    pen.ellipse((230, 378, 270, 432), fill=_DARK)
    pen.polygon([(250, 400), (300, 430), (350, 560), (270, 560)], fill=_DARK)
    for left, top in ((340, 590), (450, 640), (560, 600), (640, 670)):
        pen.ellipse((left, top, left + 90, top + 26), fill=_CONCRETE)


def _floating_rubbish(pen: Pen) -> None:
    _canal(pen, _FOUL)
    for number in range(70):
        left, top = 290 + number * 137 % 370, 430 + number * 89 % 260
        right, bottom = left + 14 + number * 31 % 38, top + 8 + number * 17 % 14
        pen.rectangle((left, top, right, bottom), fill=_RUBBISH[number % len(_RUBBISH)])


def _broken_bank(pen: Pen) -> None:
    pen.rectangle((0, _HORIZON, _WIDTH, _HEIGHT), fill=_WATER)
    pen.polygon([(0, 300), (620, 300), (420, _HEIGHT), (0, _HEIGHT)], fill=_CONCRETE)
    pen.polygon([(620, 300), (650, 300), (470, _HEIGHT), (420, _HEIGHT)], fill=_GROUND)
    _crack(pen, [(540, 302), (500, 380), (460, 430), (430, 540), (350, 620), (330, 718)])
    for left, top in ((560, 520), (600, 600), (530, 650), (640, 560), (500, 600)):
        pen.rectangle((left, top, left + 46, top + 24), fill=_BRICK)


def _canal(pen: Pen, water: tuple[int, int, int]) -> None:
    pen.rectangle((0, _HORIZON, _WIDTH, _HEIGHT), fill=_GRASS)
    pen.polygon([(430, _HORIZON), (530, _HORIZON), (800, _HEIGHT), (160, _HEIGHT)], fill=water)


def _crack(pen: Pen, points: list[tuple[int, int]]) -> None:
    pen.line(points, fill=_DARK, width=8, joint="curve")


_DRAWINGS: Mapping[View, Callable[[Pen], None]] = {
    View.POTHOLE: _pothole,
    View.CRACKED_BRIDGE: _cracked_bridge,
    View.FOUL_WATER: _foul_water,
    View.FLOATING_RUBBISH: _floating_rubbish,
    View.BROKEN_BANK: _broken_bank,
}
