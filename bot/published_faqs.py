"""Published answers of agencies as ready answers of the assistant."""

import re
from collections.abc import Iterable, Mapping

from casework.publication import Publication, PublicDocument
from knowledge.faqs import Faq
from knowledge.fields import Field
from knowledge.text import Language

_PREFIX = "pub-"
#: Characters of the answer that the chat gives at once.
_SHORT = 300
#: A question is one more way to name the answer; further on it tells the asker's own story.
_ALIAS = 160
_SENTENCE = re.compile(r"\S.*?(?:[.?!…;:](?=\s|$)|\n\s*\n|$)", re.DOTALL)
#: How letters begin; a chat has no room for it.
_SALUTATION = re.compile(r"\A\s*kính gửi[^\n]{0,120}\n\s*", re.IGNORECASE)
#: Words that stand for masked ones.
_LABEL = re.compile(r"\[[^\[\]\n]{1,40}\]")
_FIELDS = {field.value: field for field in Field}


def published_faqs(live: Iterable[Publication], agency_names: Mapping[str, str]) -> list[Faq]:
    """What readers see, in every language it was published in."""
    return [
        _faq(publication, publication.live, agency_names)
        for publication in live
        if publication.live is not None
    ]


def number_of(ref: str) -> int | None:
    """Public number of the answer; None for a ready answer of another kind."""
    number = ref.removeprefix(_PREFIX)
    return int(number) if number != ref and number.isdecimal() else None


def page_of(ref: str) -> str:
    """Path of the portal's page; empty for answers that have none."""
    number = number_of(ref)
    return "" if number is None else f"/hoi-dap/{number}"


def _faq(
    publication: Publication, document: PublicDocument, agency_names: Mapping[str, str]
) -> Faq:
    answer = document.answer.strip()
    short = first_sentences(_SALUTATION.sub("", answer), _SHORT)
    basis = document.legal_basis.strip()
    detail = f"{answer}\n\n{basis}" if basis else answer
    return Faq(
        id=f"{_PREFIX}{publication.number}",
        lang=Language(publication.lang),
        question=document.title.strip(),
        answer=short,
        aliases=tuple(_alias(document.question)),
        detail=detail if detail != short else "",
        routing_field=_FIELDS.get(document.field),
        source=agency_names.get(document.agency_code, ""),
        source_date=document.answered_on,
        valid_until=document.valid_until,
    )


def _alias(question: str) -> list[str]:
    plain = " ".join(_LABEL.sub(" ", question).split())
    short = first_sentences(plain, _ALIAS)
    return [short] if short else []


def first_sentences(text: str, most: int) -> str:
    """Whole sentences as far as they fit, else whole words of the first one."""
    text = text.strip()
    if len(text) <= most:
        return text
    end = 0
    for found in _SENTENCE.finditer(text):
        if found.end() > most:
            break
        end = found.end()
    if end:
        return text[:end].rstrip()
    return text[: most - 1].rsplit(maxsplit=1)[0].rstrip(",;:") + "…"
