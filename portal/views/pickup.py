"""The answer for whoever holds both codes, and what can be done with it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from casework.cases import Case, ContentKind, EventKind, Satisfaction
from casework.errors import MoveNotAllowedError, StaleCaseError
from casework.statuses import ANSWERED, OPEN, Command, allowed_commands
from casework.use_cases.follow_case import (
    REOPENS_WITHIN,
    NotOpenError,
    TooLateToReopenError,
    add_to_case,
    by_citizen,
    may_rate,
    reopen_case,
    withdraw_case,
)
from portal.context import portal_of
from portal.forms import Sent, read_small
from portal.pages import library_of, message_page, private_page, today_of, words_of
from portal.question_form import MOST, Errors
from portal.visitors import address_of
from portal.words import Words
from store.pickups import find_by_pickup, note_reading
from store.throttle import TooManyTriesError
from store.unit_of_work import UnitOfWork
from store.vault import UnreadableSecretError, Vault

#: The buttons of an opened case work this long.
_LASTS = timedelta(minutes=30)
_UNPROCESSABLE, _TOO_MANY, _FORBIDDEN = 422, 429, 403
_SHOWN_CODE = 40
#: Told in minutes.
_SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Seal:
    """Proves for a while that both codes were given; stands in the forms, in no cookie."""

    case_id: str
    version: int
    until: datetime

    def write(self, vault: Vault) -> str:
        return vault.seal(json.dumps([self.case_id, self.version, self.until.isoformat()])).decode()


def read_seal(vault: Vault, sealed: str, now: datetime) -> Seal | None:
    try:
        case_id, version, until = json.loads(vault.open(sealed.encode()))
        seal = Seal(str(case_id), int(version), datetime.fromisoformat(until))
    except (UnreadableSecretError, ValueError, TypeError):
        return None
    return seal if now < seal.until else None


async def show(request: web.Request) -> web.Response:
    return _form(request)


def _form(
    request: web.Request, code: str = "", errors: Errors | None = None, status: int = 200
) -> web.Response:
    return private_page(
        request, "pickup.html", status=status, code=code[:_SHOWN_CODE], errors=errors or {}
    )


async def open_case(request: web.Request) -> web.Response:
    sent, words = await read_small(request), words_of(request)
    code = sent.get("ma-cau-hoi").strip()
    missing = {
        name: words("form.required")
        for name in ("ma-cau-hoi", "ma-nhan")
        if not sent.get(name).strip()
    }
    if missing:
        return _form(request, code, missing, _UNPROCESSABLE)
    async with portal_of(request).store.work() as work:
        try:
            case = await find_by_pickup(work, code, sent.get("ma-nhan"), address_of(request))
        except TooManyTriesError as error:
            return _form(request, code, {"form": too_often(words, error)}, _TOO_MANY)
        if case is None:
            return _form(request, code, {"form": words("pickup.wrong")}, _FORBIDDEN)
        await note_reading(work, case)
        await work.commit()
        return await _status_page(request, work, case)


def too_often(words: Words, error: TooManyTriesError) -> str:
    """Wrong codes: when it can be tried again."""
    minutes = int(error.wait.total_seconds() // 60)
    if error.wait > _SOON:
        return words("pickup.too_often_day", hours=minutes // 60)
    return words("pickup.too_often", minutes=minutes)


async def _status_page(
    request: web.Request,
    work: UnitOfWork,
    case: Case,
    *,
    notice: str = "",
    errors: Errors | None = None,
    kept: tuple[str, str] = ("", ""),
    status: int = 200,
) -> web.Response:
    """`kept`: which form, and what was typed into it."""
    now, answered = work.clock(), case.status in ANSWERED
    answer = await work.cases.latest_content(case.id, ContentKind.ANSWER) if answered else ""
    seal = Seal(case.id, case.version, now + _LASTS).write(portal_of(request).store.vault)
    return private_page(
        request,
        "status.html",
        status=status,
        here="/tra-loi",
        case=case,
        seal=seal,
        notice=notice,
        errors=errors or {},
        typed_for=kept[0],
        typed=kept[1],
        answer=answer,
        answered=may_rate(case),
        can_reopen=_can_reopen(case, now),
        open=case.status in OPEN and Command.WITHDRAW in allowed_commands(case.status),
        late=case.is_late(today_of(request)),
        agency=library_of(request).knowledge.agency_name(case.agency_code),
        refusal=await _refusal(work, case),
        satisfactions=[item.value for item in Satisfaction],
    )


def _can_reopen(case: Case, now: datetime) -> bool:
    if Command.REOPEN not in allowed_commands(case.status) or case.answered_at is None:
        return False
    return now - case.answered_at <= REOPENS_WITHIN


async def _refusal(work: UnitOfWork, case: Case) -> str:
    if Command.RESTORE not in allowed_commands(case.status):
        return ""
    events = reversed(await work.cases.events(case.id))
    return next(
        (str(one.data.get("refusal", "")) for one in events if one.kind is EventKind.NOT_ACCEPTED),
        "",
    )


# -- what can be done ---------------------------------------------------------------------------

#: Does it and returns the name of what is told.
Act = Callable[[UnitOfWork, Case, str], Awaitable[str]]


async def _reopen(work: UnitOfWork, case: Case, words: str) -> str:
    await reopen_case(work, by_citizen(case), words)
    return "reopened"


async def _add(work: UnitOfWork, case: Case, words: str) -> str:
    await add_to_case(work, case, words)
    return "added"


async def _withdraw(work: UnitOfWork, case: Case, _: str) -> str:
    await withdraw_case(work, by_citizen(case))
    return "withdrawn"


_ACTS: dict[str, Act] = {"mo-lai": _reopen, "them": _add, "rut": _withdraw}


async def act(request: web.Request) -> web.Response:
    sent = await read_small(request)
    store = portal_of(request).store
    seal = read_seal(store.vault, sent.get("phien"), store.clock())
    if seal is None:
        typed = sent.get("loi").strip()
        return message_page(request, "session_over", status=_FORBIDDEN, typed=typed)
    async with store.work() as work:
        case = await work.cases.get(seal.case_id)
        if rating := sent.get("danh-gia"):
            return await _rate(request, work, case, rating)
        return await _act(request, work, case, sent, seal)


async def _rate(request: web.Request, work: UnitOfWork, case: Case, rating: str) -> web.Response:
    if rating not in set(Satisfaction) or not may_rate(case):
        return await _status_page(request, work, case, notice="nothing_chosen")
    await work.ratings.rate(case.id, Satisfaction(rating), work.clock())
    await work.commit()
    return await _status_page(request, work, case, notice="rated")


async def _act(
    request: web.Request, work: UnitOfWork, case: Case, sent: Sent, seal: Seal
) -> web.Response:
    name, typed = sent.get("viec"), sent.get("loi").strip()
    if name not in _ACTS:
        return await _status_page(request, work, case, notice="nothing_chosen")
    if errors := _wrong(request, name, typed, sent):
        return await _status_page(
            request, work, case, errors=errors, kept=(name, typed), status=_UNPROCESSABLE
        )
    if await _said_before(work, case, seal, typed):
        return await _status_page(request, work, case, notice="done_before")
    try:
        notice = await _ACTS[name](work, case, typed)
        await work.commit()
    except (MoveNotAllowedError, NotOpenError, StaleCaseError):
        notice = "moved_on"
    except TooLateToReopenError:
        notice = "too_late"
    async with portal_of(request).store.work() as fresh:
        changed = await fresh.cases.get(case.id)
        failed = (name, typed) if notice in {"moved_on", "too_late"} else ("", "")
        return await _status_page(request, fresh, changed, notice=notice, kept=failed)


async def _said_before(work: UnitOfWork, case: Case, seal: Seal, typed: str) -> bool:
    """The same form once more: sent again by a reload or a second press."""
    if case.version == seal.version or not typed:
        return False
    return typed == await work.cases.latest_content(case.id, ContentKind.QUESTION)


def _wrong(request: web.Request, name: str, typed: str, sent: Sent) -> Errors:
    words = words_of(request)
    if name == "them" and not typed:
        return {"them": words("status.empty_words")}
    if len(typed) > MOST:
        return {"them": words("form.too_long", length=len(typed), most=MOST)}
    if name == "rut" and not sent.get("dong-y"):
        return {"dong-y": words("status.confirm_withdraw")}
    return {}
