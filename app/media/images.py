"""A picture is painted anew: what the camera wrote beside it (place, time, device) is gone."""

from io import BytesIO

from PIL import Image, ImageOps

#: Pixels of the longest side.
LONGEST_SIDE = 2560
#: Pixels a picture may have before it is made smaller: a few kilobytes can say that they are more.
MAX_PIXELS = 50_000_000
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
#: Kept without loss: letters on a screen shot suffer from JPEG.
_LOSSLESS = frozenset({"PNG", "GIF"})
_QUALITY = 85


class NoPictureError(Exception):
    """It cannot be decoded, or is larger than any camera makes them."""


def clean_image(data: bytes) -> tuple[str, bytes]:
    """Media type and bytes of the same picture without anything beside it.

    Takes processor time; not for the event loop.

    Raises:
        NoPictureError: not a picture.
    """
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height <= MAX_PIXELS:
                return _painted(opened)
    except Exception:  # noqa: BLE001 - a decoder may fail in any way on what somebody made up
        raise NoPictureError("unreadable") from None
    raise NoPictureError("pixels")


def _painted(opened: Image.Image) -> tuple[str, bytes]:
    lossless = opened.format in _LOSSLESS
    # JPEG only: decodes a smaller picture at once when it is much too large.
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    picture = ImageOps.exif_transpose(picture)
    # Comments and colour profiles would be written again.
    picture.info.clear()
    written = BytesIO()
    if lossless or picture.mode == "RGBA":
        picture.save(written, "PNG")
        return "image/png", written.getvalue()
    picture.save(written, "JPEG", quality=_QUALITY)
    return "image/jpeg", written.getvalue()
