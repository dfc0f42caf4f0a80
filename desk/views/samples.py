"""Texts the assistant did not understand: an editor says what each was, and the next one opens."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

from aiohttp import web

from casework.errors import CaseworkError, NotFoundError
from casework.samples import (
    LONGEST,
    Dismissal,
    SampleReason,
    SampleStatus,
    in_marks,
    in_words,
)
from casework.use_cases.label_sample import (
    SampleMove,
    dismiss_sample,
    label_sample,
    reopen_sample,
    shorten_sample,
)
from desk.context import desk_of
from desk.excerpt import one_line
from desk.numbers import read_number
from desk.pages import member_of, page, see_other, storable, text_field
from desk.problems import problem_of
from desk.samples import INTENTS, read_filter, read_label, read_sample, read_samples
from desk.sorting import member
from desk.writing import cleaned
from knowledge.fields import Field
from knowledge.text import Language
from store.samples import SampleFilter
from store.unit_of_work import UnitOfWork

#: Characters of a search for labels.
_LONGEST_SEARCH = 200
#: No sample has it: a form without a version is refused as out of date.
_NO_VERSION = 0

Move = Callable[[UnitOfWork, SampleMove], Awaitable[object]]


class Done(StrEnum):
    """What the next page says was done."""

    LABELLED = "labelled"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    SHORTENED = "shortened"


async def list_samples(request: web.Request) -> web.Response:
    wanted = read_filter(request.query)
    async with desk_of(request).store.work() as work:
        found = await read_samples(work, wanted, read_number(request.query.get("page", ""), 1))
    return await page(
        request,
        "samples.html",
        found=found,
        wanted=wanted,
        narrowed=_narrowed(wanted),
        reasons=SampleReason,
        languages=Language,
        statuses=SampleStatus,
        in_words=in_words,
        done=request.query.get("done", ""),
        before=_sample_id(request.query.get("before", "")),
    )


async def show_sample(request: web.Request) -> web.Response:
    return await _sample_page(request)


async def label(request: web.Request) -> web.Response:
    """What it is an example of."""
    kind, value = await text_field(request, "kind"), await text_field(request, "value")
    answers = desk_of(request).answers

    async def move(work: UnitOfWork, asked: SampleMove) -> None:
        await label_sample(work, asked, read_label(answers, kind, value))

    return await _decided(request, move, Done.LABELLED, {"kind": kind, "value": value})


async def dismiss(request: web.Request) -> web.Response:
    """Nothing is to be learnt from it."""
    why = await text_field(request, "why")

    async def move(work: UnitOfWork, asked: SampleMove) -> None:
        await dismiss_sample(work, asked, member(Dismissal, why))

    return await _decided(request, move, Done.DISMISSED, {"why": why})


async def shorten(request: web.Request) -> web.Response:
    """Words are taken out or masked by hand."""
    typed = cleaned(await text_field(request, "text"))
    labels = desk_of(request).words["publication"]["mask"]

    async def move(work: UnitOfWork, asked: SampleMove) -> None:
        await shorten_sample(work, asked, in_marks(typed, labels))

    return await _moved(request, move, Done.SHORTENED, {"text": typed})


async def reopen(request: web.Request) -> web.Response:
    """Decided by mistake."""

    async def move(work: UnitOfWork, asked: SampleMove) -> None:
        await reopen_sample(work, asked)

    return await _moved(request, move, Done.REOPENED, {})


async def _decided(
    request: web.Request, move: Move, done: Done, typed: dict[str, str]
) -> web.Response:
    """After a decision the next waiting sample opens, with the way back to this one."""
    refused = await _try(request, move, typed)
    if refused is not None:
        return refused
    wanted = read_filter({name: await text_field(request, name) for name in ("reason", "lang")})
    async with desk_of(request).store.work() as work:
        following = await work.samples.search(wanted, limit=1)
    query = {**_narrowed(wanted), "done": done.value, "before": request.match_info["sample_id"]}
    if following:
        return see_other(request, "sample", query=query, sample_id=following[0].id)
    return see_other(request, "samples", query=query)


async def _moved(
    request: web.Request, move: Move, done: Done, typed: dict[str, str]
) -> web.Response:
    """After a change the same sample is shown."""
    refused = await _try(request, move, typed)
    if refused is not None:
        return refused
    wanted = read_filter({name: await text_field(request, name) for name in ("reason", "lang")})
    sample_id = request.match_info["sample_id"]
    query = {**_narrowed(wanted), "done": done.value}
    return see_other(request, "sample", query=query, sample_id=sample_id)


async def _try(request: web.Request, move: Move, typed: dict[str, str]) -> web.Response | None:
    """One move in one commit; when it is refused, the page with what was chosen and typed."""
    version = read_number(await text_field(request, "version"), _NO_VERSION)
    asked = SampleMove(request.match_info["sample_id"], version, member_of(request).id)
    try:
        async with desk_of(request).store.work() as work:
            await move(work, asked)
            await work.commit()
    except NotFoundError:
        raise
    except CaseworkError as error:
        return await _sample_page(request, error, typed)
    return None


async def _sample_page(
    request: web.Request,
    problem: CaseworkError | None = None,
    typed: dict[str, str] | None = None,
) -> web.Response:
    found = problem_of(problem)
    sent = await request.post() if request.method == "POST" else request.query
    narrowed = {name: str(sent.get(name, "")) for name in ("reason", "lang")}
    asked = one_line(storable(request.query.get("q", "")))[:_LONGEST_SEARCH]
    values = await _read_values(request, asked)
    return await page(
        request,
        "sample.html",
        status=found.status if found else 200,
        **values,
        q=asked,
        narrowed=_narrowed(read_filter(narrowed)),
        typed=typed or {},
        problem=found.name if found else "",
        done=request.query.get("done", ""),
        before=_sample_id(request.query.get("before", "")),
    )


async def _read_values(request: web.Request, asked: str) -> dict[str, Any]:
    desk = desk_of(request)
    async with desk.store.work() as work:
        file = await read_sample(work, request.match_info["sample_id"], asked, desk.answers)
    return {
        "file": file,
        "text": in_words(file.sample.text, desk.words["publication"]["mask"]),
        "intents": INTENTS,
        "fields": Field,
        "longest": LONGEST,
    }


def _narrowed(wanted: SampleFilter) -> dict[str, str]:
    """The filter as addresses and forms say it."""
    return {
        name: value for name, value in (("reason", wanted.reason), ("lang", wanted.lang)) if value
    }


def _sample_id(written: str) -> str:
    return written if written.isalnum() and written.isascii() else ""
