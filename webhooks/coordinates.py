"""Places citizens share, as numbers that can be trusted."""

from typing import Any

from webhooks.reading import as_number

_MAX_LATITUDE = 90
_MAX_LONGITUDE = 180


def find_point(latitude: Any, longitude: Any) -> tuple[float, float] | tuple[None, None]:
    """Both degrees from numbers or text, or none of them when either is not on the globe."""
    north, east = as_number(latitude), as_number(longitude)
    if north is None or east is None or abs(north) > _MAX_LATITUDE or abs(east) > _MAX_LONGITUDE:
        return None, None
    return north, east
