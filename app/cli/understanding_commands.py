"""`hoidap parse`, `ask` and `route`: one text a line in, one JSON object a line out."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from app.cli.command import Command, CommandError, Context
from app.cli.lines import answer_lines
from app.conversations import make_guard, make_index_builder, make_router
from app.database import command_store
from app.importing import BadLine, read_catalogue
from app.model_session import open_model
from bot.intents import Intent
from bot.understanding.client import ModelAwayError, Understanding, UnderstandingClient
from casework.legal_clock import VIETNAM
from knowledge.agencies import Agency, parse_agency_row, readable_agencies
from knowledge.faqs import parse_faq_row
from knowledge.procedures import parse_procedure_row
from knowledge.routing import Routing
from knowledge.rows import readable
from knowledge.search import Hit, HitKind, Index

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


def _parse_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", required=True, help="the only format")


def _ask_arguments(parser: argparse.ArgumentParser) -> None:
    _parse_arguments(parser)
    parser.add_argument(
        "--procedures", type=Path, metavar="FILE", help="search this file, not the database"
    )


def _route_arguments(parser: argparse.ArgumentParser) -> None:
    _parse_arguments(parser)
    parser.add_argument(
        "--agencies", type=Path, metavar="FILE", help="route to these, not to those of the database"
    )


async def _parse(context: Context, _arguments: argparse.Namespace) -> int:
    guard = make_guard()
    async with open_model(context.settings, context.folder) as model:

        async def answer(texts: Sequence[str]) -> list[dict[str, Any]]:
            return [
                _reading(read) | {"urgent": guard.check(read.text)}
                for read in await _read(model, texts)
            ]

        return await answer_lines(answer)


async def _ask(context: Context, arguments: argparse.Namespace) -> int:
    index = await _make_index(context, arguments.procedures)
    async with open_model(context.settings, context.folder) as model:

        async def answer(texts: Sequence[str]) -> list[dict[str, Any]]:
            return [_found(index, read) for read in await _read(model, texts)]

        return await answer_lines(answer)


async def _read(model: UnderstandingClient, texts: Sequence[str]) -> list[Understanding]:
    try:
        return await model.parse_many(texts)
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
        procedures = await asyncio.to_thread(_rows_of, "procedures", file, parse_procedure_row)
        return build(procedures, [])
    async with command_store(context.settings, context.folder) as store, store.work() as work:
        rows = await work.catalogue.all("procedures")
        faqs = await work.catalogue.all("faqs")
    return build(list(readable(rows, parse_procedure_row)), list(readable(faqs, parse_faq_row)))


def _rows_of(kind: str, file: Path, parse: Callable[[dict[str, Any]], _T]) -> list[_T]:
    found = []
    try:
        with file.open("rb") as stream:
            for row in read_catalogue(kind, file.name, stream):
                if isinstance(row, BadLine):
                    print(f"{file.name}, line {row.number}: {row.reason}", file=sys.stderr)
                else:
                    found.append(parse(row))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    return found


async def _route(context: Context, arguments: argparse.Namespace) -> int:
    """Needs no intent model: fields are told from words alone."""
    router = await asyncio.to_thread(make_router)
    agencies = await _agencies(context, arguments.agencies)
    today = datetime.now(VIETNAM).date()

    async def answer(texts: Sequence[str]) -> list[dict[str, Any]]:
        return [
            {"text": text} | _routed(router.propose(text, "", today, agencies)) for text in texts
        ]

    return await answer_lines(answer)


def _routed(routing: Routing) -> dict[str, Any]:
    # Where no word is known every field is as likely as any other: the first is no answer.
    known = routing.ranking[0][1] > routing.ranking[-1][1]
    return {
        "field": routing.field if known else None,
        "agency": routing.agency,
        "confidence": round(routing.confidence, 4) if known else 0.0,
        "ranking": [
            {"field": field, "confidence": round(chance, 4)} for field, chance in routing.ranking
        ],
    }


async def _agencies(context: Context, file: Path | None) -> list[Agency]:
    if file is not None:
        return await asyncio.to_thread(_rows_of, "agencies", file, parse_agency_row)
    async with command_store(context.settings, context.folder) as store, store.work() as work:
        return list(readable_agencies(await work.catalogue.all("agencies")))


COMMANDS = {
    "parse": Command(_parse_arguments, _parse),
    "ask": Command(_ask_arguments, _ask),
    "route": Command(_route_arguments, _route),
}
