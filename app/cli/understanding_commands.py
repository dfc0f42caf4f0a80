"""`hoidap parse` and `hoidap ask`: one text a line in, one JSON object a line out."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import orjson

from app.cli.command import Command, CommandError, Context
from app.conversations import make_guard, make_index_builder
from app.database import command_store
from app.importing import BadLine, read_catalogue
from app.model_session import open_model
from bot.intents import Intent
from bot.understanding.client import ModelAwayError, Understanding, UnderstandingClient
from knowledge.faqs import parse_faq_row
from knowledge.procedures import Procedure, parse_procedure_row
from knowledge.rows import RowError
from knowledge.search import Hit, HitKind, Index

_AT_ONCE = 8
_CANDIDATES = 5
#: What is said to a person, not asked of the catalogue.
_NOT_A_QUESTION = frozenset(
    {
        Intent.GREET,
        Intent.GOODBYE,
        Intent.THANK,
        Intent.AFFIRM,
        Intent.DENY,
        Intent.CANCEL,
        Intent.CHANGE_LANGUAGE,
        Intent.OUT_OF_SCOPE,
    }
)

#: As in the chat: general questions lead to FAQ, questions how to do something to procedures.
_PREFERRED = {Intent.ASK_INFO: HitKind.FAQ, Intent.ASK_PROCEDURE: HitKind.PROCEDURE}

_T = TypeVar("_T")

#: Makes the JSON object of one text.
Answer = Callable[[str], Awaitable[dict[str, Any]]]


def _parse_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", required=True, help="the only format")


def _ask_arguments(parser: argparse.ArgumentParser) -> None:
    _parse_arguments(parser)
    parser.add_argument(
        "--procedures", type=Path, metavar="FILE", help="search this file, not the database"
    )


async def _parse(context: Context, _arguments: argparse.Namespace) -> int:
    guard = make_guard()
    async with open_model(context.settings, context.folder) as model:

        async def answer(text: str) -> dict[str, Any]:
            return _reading(await _read(model, text)) | {"urgent": guard.check(text)}

        return await _run_lines(answer)


async def _ask(context: Context, arguments: argparse.Namespace) -> int:
    index = await _make_index(context, arguments.procedures)
    async with open_model(context.settings, context.folder) as model:

        async def answer(text: str) -> dict[str, Any]:
            return _found(index, await _read(model, text))

        return await _run_lines(answer)


async def _read(model: UnderstandingClient, text: str) -> Understanding:
    try:
        return await model.parse(text)
    except ModelAwayError as error:
        raise CommandError(f"The intent model does not answer ({error.reason}).") from error


def _reading(read: Understanding) -> dict[str, Any]:
    return {
        "text": read.text,
        "lang": read.lang,
        "intent": read.intent,
        "confidence": read.confidence,
        "urgent": None,
        "entities": [
            {"entity": item.entity, "value": item.value, "start": item.start, "end": item.end}
            for item in read.entities
        ],
        "ranking": [
            {"intent": item.intent, "confidence": item.confidence} for item in read.ranking
        ],
    }


def _found(index: Index, read: Understanding) -> dict[str, Any]:
    asked = read.intent not in _NOT_A_QUESTION
    prefer = _PREFERRED.get(read.intent)
    best, candidates = index.find(read.text, _CANDIDATES, prefer)
    return {
        "text": read.text,
        "lang": read.lang,
        "intent": read.intent,
        "answer": _hit(best) if best and asked else None,
        "candidates": [_hit(hit) for hit in candidates],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    # A row named by its code has no score to compare: it is the one.
    return {
        "kind": hit.kind,
        "ref": hit.ref,
        "title": hit.title,
        "score": round(min(1.0, float(hit.score)), 4),
    }


async def _make_index(context: Context, file: Path | None) -> Index:
    build = make_index_builder()
    if file is not None:
        return build(await asyncio.to_thread(_procedures_of, file), [])
    async with command_store(context.settings, context.folder) as store, store.work() as work:
        procedures = await work.catalogue.all("procedures")
        faqs = await work.catalogue.all("faqs")
    return build(_readable(procedures, parse_procedure_row), _readable(faqs, parse_faq_row))


def _readable(rows: list[dict[str, Any]], parse: Callable[[dict[str, Any]], _T]) -> list[_T]:
    """Import refuses bad rows; one that got in otherwise is left out, as in the chat."""
    found = []
    for row in rows:
        with contextlib.suppress(RowError):
            found.append(parse(row))
    return found


def _procedures_of(file: Path) -> list[Procedure]:
    found = []
    try:
        with file.open("rb") as stream:
            for row in read_catalogue("procedures", file.name, stream):
                if isinstance(row, BadLine):
                    print(f"{file.name}, line {row.number}: {row.reason}", file=sys.stderr)
                else:
                    found.append(parse_procedure_row(row))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    return found


async def _run_lines(answer: Answer) -> int:
    """Answers in the order of the lines, several being worked at a time."""
    pending: asyncio.Queue[asyncio.Task[dict[str, Any]] | None] = asyncio.Queue(_AT_ONCE)

    async def feed() -> None:
        async for text in _lines():
            await pending.put(asyncio.create_task(answer(text)))  # type: ignore[arg-type]
        await pending.put(None)

    feeder = asyncio.create_task(feed())
    try:
        while (task := await pending.get()) is not None:
            sys.stdout.buffer.write(orjson.dumps(await task) + b"\n")
            if pending.empty():
                sys.stdout.buffer.flush()
    finally:
        feeder.cancel()
        sys.stdout.buffer.flush()
    return 0


async def _lines() -> AsyncIterator[str]:
    """Lines of standard input; bytes that are not UTF-8 become replacement characters."""
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")


COMMANDS = {
    "parse": Command(_parse_arguments, _parse),
    "ask": Command(_ask_arguments, _ask),
}
