"""Addresses of the public pages: the same in every language behind its prefix."""

from enum import StrEnum
from urllib.parse import quote, urlencode

from portal.words import DEFAULT, LANGUAGES


class At(StrEnum):
    HOME = "/"
    SEARCH = "/tim"
    ANSWERS = "/hoi-dap"
    FEED = "/hoi-dap.atom"
    ANSWER = "/hoi-dap/{number}"
    VOTE = "/hoi-dap/{number}/y-kien"
    FAQS = "/thuong-gap"
    FAQ = "/thuong-gap/{ref}"
    PROCEDURES = "/thu-tuc"
    PROCEDURE = "/thu-tuc/{code}"
    AGENCIES = "/co-quan"
    AGENCY = "/co-quan/{code}"
    ASK = "/hoi"
    ASK_EDIT = "/hoi/sua"
    ASK_SEND = "/hoi/gui"
    PICKUP = "/tra-loi"
    PICKUP_ACT = "/tra-loi/viec"
    PRIVACY = "/rieng-tu"
    RIGHTS = "/quyen-du-lieu"
    RIGHTS_STATUS = "/quyen-du-lieu/{code}"


_DIGITS = 6

#: What stands in a path where a name is given.
SHAPES = {"number": r"\d{1,9}", "code": r"[\w.\-]{1,80}", "ref": r"[\w.:\-]{1,80}"}


def prefix(lang: str) -> str:
    return "" if lang == DEFAULT else f"/{lang}"


def pattern(at: At) -> str:
    """The path as the router takes it."""
    path = at.value
    for name, shape in SHAPES.items():
        path = path.replace(f"{{{name}}}", f"{{{name}:{shape}}}")
    return path


def link(lang: str, at: At, query: dict[str, str] | None = None, **parts: object) -> str:
    filled = at.value.format(**{name: quote(str(part)) for name, part in parts.items()})
    path = f"{prefix(lang)}{filled}"
    wanted = {name: value for name, value in (query or {}).items() if value}
    return f"{path}?{urlencode(wanted)}" if wanted else path


def split(path: str) -> tuple[str, str]:
    """Language and path without its prefix."""
    for lang in LANGUAGES:
        if lang != DEFAULT and (path == f"/{lang}" or path.startswith(f"/{lang}/")):
            return lang, path[len(lang) + 1 :] or "/"
    return DEFAULT, path


def in_language(lang: str, path: str) -> str:
    """The same page (path without prefix, with its query) in another language."""
    return f"{prefix(lang)}{path}" or "/"


def web_address(text: str) -> str:
    """Only what a browser may safely follow."""
    if text.startswith(("https://", "http://")):
        return text
    return f"https://{text}" if text and " " not in text and "." in text and ":" not in text else ""


def number_in(text: str) -> int:
    """A page number as it stands in an address; the first one for anything else."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < _DIGITS else 1


def pages_for(count: int, size: int) -> int:
    """How many pages of a size hold so many; an empty list has one."""
    return max(1, -(-count // size))
