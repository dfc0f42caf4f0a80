"""How people and catalogues name the agencies of the directory."""

import re
from collections.abc import Iterable, Iterator

from knowledge.agencies import Agency
from knowledge.text import fold

_MARKS = re.compile(r"[^\w\s]|_")
#: "(đã kết thúc)", "(cũ)": a remark of the directory, never said.
_REMARK = re.compile(r"\s*\([^()]*\)\s*$")
#: Before the province in an official name; nobody says "Sở Xây dựng tỉnh Vĩnh Long".
_PROVINCE = " tỉnh "

#: Folded name and code of the agency: the longest name first, equal ones together.
AgencyNames = tuple[tuple[str, str], ...]


def plain_words(text: str) -> str:
    """Folded, without the marks that stand beside a name: "Sở Xây dựng?", "(Sở Xây dựng)"."""
    return " ".join(_MARKS.sub(" ", fold(text)).split())


def said_name(agency: Agency) -> str:
    """The name without what the directory remarks behind it."""
    return _REMARK.sub("", agency.name) or agency.name


def without_province(name: str) -> str:
    return name.split(_PROVINCE, maxsplit=1)[0].rstrip(" ,")


def agency_names(agencies: Iterable[Agency]) -> AgencyNames:
    names = [(name, agency.code) for agency in agencies for name in sorted(_names_of(agency))]
    return tuple(sorted(names, key=lambda item: (-len(item[0]), *item)))


def _names_of(agency: Agency) -> set[str]:
    written = {agency.name, agency.short_name, without_province(agency.name)}
    short = _REMARK.sub("", agency.short_name)
    province = said_name(agency).rpartition(_PROVINCE)[2]
    said = {said_name(agency), short, short.removesuffix(f" {province}")}
    said |= {variant for name in written | said for variant in _variants(name)}
    # One word ("Sở") may be any agency.
    return {plain_words(name) for name in written} | {
        plain for name in said if " " in (plain := plain_words(name))
    }


def _variants(name: str) -> Iterator[str]:
    """People write "Sở TNMT" for "Sở TN&MT", and leave "và" out."""
    if "&" in name:
        yield name.replace("&", "")
    if " và " in name:
        yield name.replace(" và ", " ")
