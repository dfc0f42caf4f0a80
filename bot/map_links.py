"""Coordinates in what a citizen typed or shared, read without asking anybody for the page."""

import math
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_LINK = re.compile(r"(?:https?://|geo:)\S+", re.IGNORECASE)
_NUMBER = r"(-?\d{1,3}(?:\.\d+)?)"
_PAIR = re.compile(rf"{_NUMBER}\s*[,+ ]\s*{_NUMBER}")
#: Typed by hand: enough digits that no price or house number is meant.
_TYPED = re.compile(r"(?<![\d.])(-?\d{1,2}\.\d{4,})\s*[,; ]\s*(-?\d{1,3}\.\d{4,})(?![\d.])")
#: Google: the pin of a place, and else the middle of what was on the screen.
_PIN = re.compile(rf"!3d{_NUMBER}!4d{_NUMBER}")
_MIDDLE = re.compile(rf"@{_NUMBER},{_NUMBER}")
#: OpenStreetMap: `#map=17/10.2431/106.3755`.
_MAP = re.compile(rf"map=[\d.]+/{_NUMBER}/{_NUMBER}")
#: Parameters with both numbers, and pairs of parameters with one each.
_BOTH = ("q", "query", "ll", "coordinate", "destination", "daddr", "center", "sll")
_EACH = (("mlat", "mlon"), ("lat", "lon"), ("lat", "lng"), ("latitude", "longitude"))
#: Maps people share from their phones, whatever stands before the name or after "google".
_HOSTS = re.compile(
    r"(?:.+\.)?(?:google(?:\.[a-z]{2,3}){1,2}|apple\.com|openstreetmap\.org|osm\.org"
    r"|zalo\.me|zaloapp\.com)"
)

Point = tuple[float, float]


def find_point(text: str) -> Point | None:
    """Latitude and longitude of the first known map link, else of a typed pair.

    A short link holds none, and a link of another host is not taken for a map.
    """
    for link in _LINK.findall(text):
        if point := _point_of(link):
            return point
    typed = _TYPED.search(_LINK.sub(" ", text))
    return _checked(*typed.groups()) if typed else None


def without_point(text: str) -> str:
    """The words beside links and numbers."""
    return " ".join(_TYPED.sub(" ", _LINK.sub(" ", text)).split()).strip(" ,;()")


def point_text(point: Point) -> str:
    return f"{point[0]:.6f}, {point[1]:.6f}"


def _point_of(link: str) -> Point | None:
    if link.lower().startswith("geo:"):
        found = _PAIR.match(link[4:])
        return _checked(*found.groups()) if found else None
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if not _HOSTS.fullmatch(host):
        return None
    return next((point for pair in _pairs(parts) if (point := _checked(*pair))), None)


def _pairs(parts: SplitResult) -> Iterator[tuple[str, str]]:
    """Every pair that may be the place, the surest first."""
    path = unquote(parts.path)
    values = {name: found[0] for name, found in parse_qs(parts.query).items()}
    whole = f"{path}?{unquote(parts.query)}"
    if found := _PIN.search(whole):
        yield found[1], found[2]
    for name in _BOTH:
        if found := _PAIR.fullmatch(values.get(name, "").removeprefix("loc:").strip()):
            yield found[1], found[2]
    for latitude, longitude in _EACH:
        if latitude in values and longitude in values:
            yield values[latitude], values[longitude]
    for part in path.split("/"):
        if found := _PAIR.fullmatch(part.strip()):
            yield found[1], found[2]
    for shape, said in ((_MIDDLE, whole), (_MAP, parts.fragment)):
        if found := shape.search(said):
            yield found[1], found[2]


def _checked(latitude: str, longitude: str) -> Point | None:
    """None off the globe, and for the empty point in the sea at zero, zero."""
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        return None
    if not all(map(math.isfinite, point)) or point == (0.0, 0.0):
        return None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None  # noqa: PLR2004 - a globe
