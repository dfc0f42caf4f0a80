"""A question somebody phoned in, wrote in a letter or came with, as staff type it in."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import phonenumbers

from casework.cases import TYPED_IN, CaseKind, CaseSource, Contact, OnBehalf
from casework.legal_clock import VIETNAM, NoLegalRuleError, vietnam_date
from casework.ports import CaseStore, RuleStore
from casework.use_cases.open_case import OpenCase, OpenedCase, open_case
from desk.excerpt import has_visible, one_line
from desk.writing import MAX_LENGTH, cleaned
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork

#: A letter may lie on a desk; what is older than this is a case of its own kind.
MOST_DAYS_BACK = 60
LONGEST_LINE = 200
_REGION = "VN"
_EMAIL = re.compile(r"[^@\s<>(),;:\"\[\]\\]{1,64}@(?:[^@\s.,;]{1,63}\.)+[^@\s.,;]{2,63}")
_LOCAL_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_NOON = time(12)

SOURCES = tuple(source for source in CaseSource if source in TYPED_IN)


class Flaw(StrEnum):
    """Why a field is not taken; the words stand in the texts."""

    EMPTY_CONTENT = "empty_content"
    LONG_CONTENT = "long_content"
    LONG_LINE = "long_line"
    CHOICE = "choice"
    PHONE = "phone"
    EMAIL = "email"
    DAY = "day"
    FUTURE = "future"
    LONG_AGO = "long_ago"
    AGENCY = "agency"
    NO_RULE = "no_rule"
    #: The same sheet was sent before, with other words.
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form as it was sent."""

    source: str = CaseSource.PHONE
    kind: str = CaseKind.QUESTION
    content: str = ""
    place: str = ""
    on_behalf: str = OnBehalf.SELF
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    received_on: str = ""
    agency: str = ""
    #: Random, made with the empty form: a form sent twice is one case.
    key: str = ""


SHEET_FIELDS = tuple(one.name for one in fields(Sheet))
_LINES = ("place", "name", "address")
_CHOICES: dict[str, frozenset[str]] = {
    "source": frozenset(SOURCES),
    "kind": frozenset(CaseKind),
    "on_behalf": frozenset(OnBehalf),
}


def find_flaws(sheet: Sheet, now: datetime) -> dict[str, Flaw]:
    """Field → what is wrong with it, in the order of the form."""
    flaws = {
        "source": _choice_flaw(sheet, "source"),
        "kind": _choice_flaw(sheet, "kind"),
        "content": _content_flaw(sheet.content),
        "on_behalf": _choice_flaw(sheet, "on_behalf"),
        **{name: _line_flaw(getattr(sheet, name)) for name in _LINES},
        "phone": _told_flaw(sheet.phone, read_phone, Flaw.PHONE),
        "email": _told_flaw(sheet.email, read_email, Flaw.EMAIL),
        "received_on": _day_flaw(sheet.received_on, vietnam_date(now)),
    }
    return {name: flaw for name, flaw in flaws.items() if flaw}


def _choice_flaw(sheet: Sheet, name: str) -> Flaw | None:
    return None if getattr(sheet, name) in _CHOICES[name] else Flaw.CHOICE


def _content_flaw(content: str) -> Flaw | None:
    if not has_visible(content):
        return Flaw.EMPTY_CONTENT
    return Flaw.LONG_CONTENT if len(cleaned(content)) > MAX_LENGTH else None


def _line_flaw(line: str) -> Flaw | None:
    return Flaw.LONG_LINE if len(one_line(line)) > LONGEST_LINE else None


def _told_flaw(written: str, read: Callable[[str], str], flaw: Flaw) -> Flaw | None:
    return flaw if written.strip() and not read(written) else None


def _day_flaw(written: str, today: date) -> Flaw | None:
    day = read_day(written)
    if day is None:
        return Flaw.DAY
    if day > today:
        return Flaw.FUTURE
    return Flaw.LONG_AGO if today - day > timedelta(days=MOST_DAYS_BACK) else None


def read_day(written: str) -> date | None:
    """2026-11-20 as browsers send it, or 20/11/2026 as people write it."""
    try:
        if local := _LOCAL_DAY.fullmatch(written.strip()):
            day, month, year = (int(part) for part in local.groups())
            return date(year, month, day)
        return date.fromisoformat(written.strip())
    except ValueError:
        return None


def read_phone(written: str) -> str:
    """In international form; empty when no such number can exist."""
    try:
        number = phonenumbers.parse(written, _REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_email(written: str) -> str:
    """Empty when it is no address."""
    address = written.strip()
    return address if _EMAIL.fullmatch(address) else ""


def case_id_of(member: StaffMember, key: str) -> str:
    """The id of the case a sheet becomes: the same for a sheet that is sent twice."""
    return hashlib.sha256(f"{member.id}:{key}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Entering:
    """The unit of work with the id of the next case given."""

    work: UnitOfWork
    case_id: str

    @property
    def cases(self) -> CaseStore:
        return self.work.cases

    @property
    def catalogue(self) -> RuleStore:
        return self.work.catalogue

    def clock(self) -> datetime:
        return self.work.clock()

    def ids(self) -> str:
        return self.case_id


async def enter_case(work: UnitOfWork, member: StaffMember, sheet: Sheet) -> OpenedCase:
    """Open the case; the legal clock starts on the day it was received.

    Raises:
        NoLegalRuleError: no rule covers this kind on that day.
    """
    now = work.clock()
    day = read_day(sheet.received_on)
    if day is None:
        raise NoLegalRuleError(sheet.kind)
    asked_at = now if day == vietnam_date(now) else datetime.combine(day, _NOON, VIETNAM)
    command = OpenCase(
        kind=CaseKind(sheet.kind),
        source=CaseSource(sheet.source),
        conversation_id="",
        content=cleaned(sheet.content),
        asked_at=asked_at,
        place=one_line(sheet.place),
        on_behalf=OnBehalf(sheet.on_behalf),
        contact=Contact(
            name=one_line(sheet.name),
            phone=read_phone(sheet.phone),
            email=read_email(sheet.email),
            address=one_line(sheet.address),
        ),
        entered_by=member.id,
    )
    return await open_case(_Entering(work, case_id_of(member, sheet.key)), command)
