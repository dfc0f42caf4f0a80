"""The first page offers the numbers of the catalogue, also after they changed."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from app.base_data import FOLDER, read_lines
from app.database import conninfo
from app.site_parts import keep_current
from store.unit_of_work import Store
from tests.integration.portal_scene import Scene, open_scene


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_scene(store) as found:
        yield found


async def numbers_on_page(scene: Scene) -> list[str]:
    return re.findall(r'href="tel:(\d+)"', (await scene.visitor.get("/")).text)


async def until_page_has(scene: Scene, numbers: list[str]) -> None:
    async with asyncio.timeout(10):
        while await numbers_on_page(scene) != numbers:  # noqa: ASYNC110 - asks the page
            await asyncio.sleep(0.05)


async def import_hotlines(scene: Scene, *rows: dict[str, object]) -> None:
    async with scene.store.work() as work:
        await work.catalogue.save("hotlines", rows, work.clock())
        await work.commit()


async def test_the_numbers_are_those_of_the_catalogue(scene: Scene) -> None:
    await import_hotlines(scene, *read_lines(FOLDER / "hotlines.jsonl"), {"number": "no number"})
    await scene.reload()
    assert await numbers_on_page(scene) == ["1022", "112", "113", "114", "115", "111"]
    page = await scene.visitor.get("/")
    assert "Công an – an ninh trật tự" in page.words
    assert "bảo vệ trẻ em" in page.words


async def test_an_imported_number_is_on_the_page_at_once(scene: Scene, database_url: str) -> None:
    listening = asyncio.create_task(keep_current(conninfo(database_url), scene.portal))
    try:
        await import_hotlines(
            scene, {"number": "19001022", "name": "Tổng đài <tỉnh>", "for": ["information"]}
        )
        await until_page_has(scene, ["1022", "19001022", "114", "111"])
        await import_hotlines(
            scene, {"number": "113", "name": {"vi": "Công an"}, "for": ["emergency"]}
        )
        await until_page_has(scene, ["1022", "19001022", "113", "114", "111"])
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_many_changes_at_once_are_read_together(
    scene: Scene, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0
    read = scene.portal.reload

    async def counted() -> None:
        nonlocal reads
        reads += 1
        await read()
        await asyncio.sleep(0.5)

    monkeypatch.setattr(scene.portal, "reload", counted)
    listening = asyncio.create_task(keep_current(conninfo(database_url), scene.portal))
    try:
        while reads == 0:  # noqa: ASYNC110 - until it hears
            await asyncio.sleep(0.05)
        for number in range(20):
            await import_hotlines(
                scene, {"number": f"19{number:04}", "name": "Tổng đài", "for": ["information"]}
            )
        async with asyncio.timeout(10):
            while "190019" not in await numbers_on_page(scene):  # noqa: ASYNC110 - asks the page
                await asyncio.sleep(0.05)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert reads <= 5


async def test_while_the_database_is_away_pages_and_numbers_stay(scene: Scene) -> None:
    await scene.publish()
    with scene.database_away():
        assert "114" in await numbers_on_page(scene)
        assert (await scene.visitor.get("/hoi-dap/1")).status == 200
        assert (await scene.visitor.get("/tim?q=the bao hiem")).status == 200
        asked = await scene.visitor.post("/tra-loi", {"ma-cau-hoi": "HD-2026-1", "ma-nhan": "1"})
    assert asked.status == 503
    assert "Chưa có gì bị mất" in asked.words
