"""What is told of answers, procedures and agencies, as the description says it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from knowledge.agencies import Agency, Successor
from knowledge.procedures import Procedure
from portal.library import Answer, Library
from portal.links import At, link, pages_for

Shape = dict[str, Any]
_T = TypeVar("_T")


class Shapes:
    """`origin`: the public address, without a slash at the end."""

    def __init__(self, library: Library, origin: str) -> None:
        self._agencies = library.knowledge.agencies
        self._origin = origin

    def _page_of(self, lang: str, at: At, **parts: str) -> str:
        return f"{self._origin}{link(lang, at, None, **parts)}"

    def named(self, code: str) -> Shape:
        found = self._agencies.get(code)
        return {"code": code, "name": found.name if found else ""}

    def answer_summary(self, answer: Answer, lang: str) -> Shape:
        shown = answer.lang_in(lang)
        said = answer.documents[shown]
        return {
            "number": answer.number,
            "title": said.title,
            "question": said.question,
            "lang": shown,
            "languages": list(answer.documents),
            "field": said.field,
            "agency": self.named(said.agency_code),
            "asked_on": said.asked_on,
            "answered_on": said.answered_on,
            "published_on": answer.published_on,
            "valid_until": said.valid_until,
            "url": self._page_of(shown, At.ANSWER, number=str(answer.number)),
        }

    def answer(self, answer: Answer, lang: str) -> Shape:
        said = answer.document(lang)
        return self.answer_summary(answer, lang) | {
            "answer": said.answer,
            "legal_basis": said.legal_basis,
            "updated_at": answer.updated_at,
            "votes": asdict(answer.votes),
        }

    def procedure_summary(self, found: Procedure) -> Shape:
        return {
            "code": found.code,
            "title": found.text,
            "field": found.field,
            "level": found.level,
            "routing_field": found.routing_field or "",
            "summary": found.summary,
            "fee": found.fee,
            "time": found.time,
            "url": self._page_of("vi", At.PROCEDURE, code=found.code),
        }

    def procedure(self, found: Procedure) -> Shape:
        told = ("agency", "competent_agency", "subjects", "result", "decision", "place", "form")
        plain = (*told, "legal_basis", "online_url", "source", "source_date")
        return (
            self.procedure_summary(found)
            | {name: getattr(found, name) for name in plain}
            | {
                "lang": found.lang.value,
                "channels": [asdict(channel) for channel in found.channels],
                "papers": list(found.papers),
                "official_url": found.url,
            }
        )

    def agency_summary(self, agency: Agency) -> Shape:
        plain = ("code", "name", "short_name", "kind", "area", "valid_from", "valid_to")
        return {name: getattr(agency, name) for name in plain} | {
            "fields": list(agency.fields),
            "url": self._page_of("vi", At.AGENCY, code=agency.code),
        }

    def agency(self, agency: Agency) -> Shape:
        plain = ("address", "phone", "email", "hours", "website")
        return (
            self.agency_summary(agency)
            | {name: getattr(agency, name) for name in plain}
            | {"successors": [self._successor(item) for item in agency.successors]}
        )

    def _successor(self, item: Successor) -> Shape:
        return {
            "agency": self.named(item.to),
            "field": item.field or "",
            "area": item.area,
            "valid_from": item.valid_from,
            "valid_to": item.valid_to,
        }


def paged(items: Sequence[_T], wanted: Mapping[str, Any], tell: Callable[[_T], Shape]) -> Shape:
    """One page; a page behind the last one is empty."""
    page, size = wanted["page"], wanted["per_page"]
    return {
        "items": [tell(item) for item in items[(page - 1) * size : page * size]],
        "page": page,
        "per_page": size,
        "pages": pages_for(len(items), size),
        "total": len(items),
    }
