"""Catalogues: saved once however often, told to every process; the demo data loads."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest

from app.base_data import seed
from app.database import conninfo
from app.demo import files
from app.demo.catalogues import load_demo_data
from app.demo.files import DemoDataError
from app.demo.staff import demo_people
from app.importing import read_catalogue
from casework.cases import CaseKind
from casework.legal_clock import DayUnit, LegalRule, find_rule
from store.catalogue import CATALOGUE_CHANGED
from store.unit_of_work import Store
from tests.fakes.clock import NOW

ROWS = [{"code": f"c{number}", "name": f"Tên {number}"} for number in range(1203)]
RULE = LegalRule(
    "r", CaseKind.QUESTION, 15, DayUnit.WORKING, "Căn cứ", {"vi": "x"}, date(2026, 1, 1)
)


async def test_rows_are_replaced_by_their_key(store: Store) -> None:
    async with store.work() as work:
        assert await work.catalogue.save("procedures", ROWS, NOW) == 1203
        assert await work.catalogue.save("procedures", ROWS, NOW) == 1203
        assert await work.catalogue.count("procedures") == 1203
        changed: list[dict[str, object]] = [
            {"code": "c7", "name": "cũ"},
            {"code": "c7", "name": "mới", "x": [1, None]},
        ]
        assert await work.catalogue.save("procedures", changed, NOW) == 1
        assert await work.catalogue.find("procedures", "c7") == changed[1]
        assert await work.catalogue.find("procedures", "none") is None
        assert await work.catalogue.count("procedures") == 1203
        assert await work.catalogue.save("agencies", [], NOW) == 0
        assert await work.catalogue.all("agencies") == []


async def test_an_faq_has_one_row_a_language(store: Store) -> None:
    rows = [{"id": "f", "lang": lang, "question": lang} for lang in ("vi", "en", "km")]
    async with store.work() as work:
        await work.catalogue.save("faqs", rows, NOW)
        assert await work.catalogue.count("faqs") == 3
        assert await work.catalogue.find("faqs", "f", "en") == rows[1]
        with pytest.raises(ValueError, match="argument"):
            await work.catalogue.find("faqs", "f")


async def test_a_change_is_told_when_it_is_committed(store: Store, database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(
        conninfo(database_url), autocommit=True
    ) as hearer:
        await hearer.execute(f"listen {CATALOGUE_CHANGED}")
        async with store.work() as work:
            await work.catalogue.save("faqs", [{"id": "f", "lang": "vi"}], NOW)
        async with store.work() as work:
            await work.catalogue.save("agencies", [{"code": "a"}], NOW)
            await work.commit()
        heard = [notice.payload async for notice in hearer.notifies(timeout=1, stop_after=1)]
    assert heard == ["agencies"]


async def test_legal_rules_are_replaced_by_their_id(store: Store) -> None:
    async with store.work() as work:
        await work.catalogue.save_rules([RULE])
        changed = replace(RULE, days=10, valid_to=date(2027, 1, 1))
        assert await work.catalogue.save_rules([changed]) == 1
        assert await work.catalogue.rules() == [changed]
        assert (await work.catalogue.calendar()).overrides == {}


async def test_the_demo_data_loads_and_loads_again(store: Store) -> None:
    counts = await load_demo_data(store)
    assert set(counts) == {"agencies", "procedures", "faqs", "dossiers"}
    assert all(count > 0 for count in counts.values())
    assert await load_demo_data(store) == counts
    async with store.work() as work:
        for name in counts:
            assert await work.catalogue.count(name) == counts[name]
        for person in demo_people():
            if person.agency_code:
                assert await work.catalogue.find("agencies", person.agency_code)


async def test_every_installation_begins_with_rules_and_numbers(store: Store) -> None:
    await seed(store)
    async with store.work() as work:
        await work.catalogue.save_rules([RULE])
        await work.commit()
    await seed(store)
    async with store.work() as work:
        numbers = {row["number"] for row in await work.catalogue.all("hotlines")}
        rules = await work.catalogue.rules()
    assert {"111", "112", "113", "114", "115"} <= numbers
    for kind in CaseKind:
        assert find_rule(rules, kind, datetime.now(UTC).date()).wording["vi"]


async def test_a_bad_row_of_our_own_is_an_error(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("agencies", "procedures", "faqs", "dossiers"):
        (tmp_path / f"{name}.jsonl").write_text("")
    (tmp_path / "faqs.jsonl").write_text('{"id": "f"}\n')
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    with pytest.raises(DemoDataError, match="line 1"):
        await load_demo_data(store)


async def test_what_an_import_reads_can_be_stored(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "agencies.jsonl"
    path.write_bytes(
        rb'{"code": "H61.SXD", "name": "S\u0000\ud83d", "kind": "department", "x": NaN}'
    )

    def read() -> list[object]:
        with path.open("rb") as stream:
            return list(read_catalogue("agencies", path.name, stream))

    rows = await asyncio.to_thread(read)
    async with store.work() as work:
        for _ in range(2):
            await work.catalogue.save("agencies", rows, NOW)  # type: ignore[arg-type]
            await work.commit()
        assert await work.catalogue.all("agencies") == rows
