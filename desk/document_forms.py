"""The form of a public document: as it was typed, and as a document."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Self

from aiohttp import web

from casework.errors import CaseworkError
from casework.publication import Basis, PublicDocument
from desk.pages import text_field
from desk.writing import checked, cleaned
from knowledge.fields import Field
from store.unit_of_work import UnitOfWork


class BadFieldError(CaseworkError):
    """A field holds nothing that it could mean; the argument is its name."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields. `text` is the answer: the name under which typed text is kept."""

    title: str = ""
    question: str = ""
    text: str = ""
    legal_basis: str = ""
    field: str = ""
    agency: str = ""
    asked_on: str = ""
    answered_on: str = ""
    valid_until: str = ""
    basis: str = Basis.DUTY

    @classmethod
    def of(cls, document: PublicDocument, basis: Basis) -> Self:
        return cls(
            title=document.title,
            question=document.question,
            text=document.answer,
            legal_basis=document.legal_basis,
            field=document.field,
            agency=document.agency_code,
            asked_on=_written(document.asked_on),
            answered_on=_written(document.answered_on),
            valid_until=_written(document.valid_until),
            basis=basis,
        )


async def read_typed(request: web.Request) -> Typed:
    """The sent form, with every word as it was typed."""
    return Typed(**{name: cleaned(await text_field(request, name)) for name in asdict(Typed())})


async def read_document(work: UnitOfWork, typed: Typed) -> tuple[PublicDocument, Basis]:
    """Make a document of what was typed.

    Raises:
        BadFieldError: an unknown field, agency or basis, or no date.
        TextTooLongError: a text is longer than any answer.
    """
    if typed.field and typed.field not in set(Field):
        raise BadFieldError("field")
    if typed.agency and await work.catalogue.find("agencies", typed.agency) is None:
        raise BadFieldError("agency")
    if typed.basis not in set(Basis):
        raise BadFieldError("basis")
    document = PublicDocument(
        title=" ".join(checked(typed.title).split()),
        question=checked(typed.question),
        answer=checked(typed.text),
        legal_basis=checked(typed.legal_basis),
        field=typed.field,
        agency_code=typed.agency,
        asked_on=read_day(typed.asked_on, "asked_on"),
        answered_on=read_day(typed.answered_on, "answered_on"),
        valid_until=read_day(typed.valid_until, "valid_until"),
    )
    return document, Basis(typed.basis)


def read_day(written: str, name: str) -> date | None:
    """Read a day as browsers send it, or as people write it; None: nothing was written.

    Raises:
        BadFieldError: it is no day.
    """
    parts = written.strip().split("/")
    iso = "-".join(part.zfill(2) for part in reversed(parts))
    try:
        return date.fromisoformat(iso) if written.strip() else None
    except ValueError:
        raise BadFieldError(name) from None


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
