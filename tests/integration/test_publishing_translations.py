"""Translations on the real database: they stand and fall with the answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from casework.publication import Basis, Publication, Visibility
from casework.use_cases.publish import (
    DocumentExistsError,
    NothingToTranslateError,
    save_document,
    start_translation,
)
from casework.use_cases.withdraw_publication import keep_private, take_down
from store.unit_of_work import Store
from tests.fakes.clock import StillClock
from tests.integration.publishing_scene import (
    DOCUMENT,
    TODAY,
    begun,
    due,
    live_now,
    move,
    released,
    stored,
)


async def test_translations_stand_and_fall_with_the_answer(store: Store, clock: StillClock) -> None:
    publication = await begun(store)
    english = replace(DOCUMENT, title="Splitting a plot")
    async with store.work() as work:
        with pytest.raises(NothingToTranslateError):
            await start_translation(work, publication.id, "en", english, "translator")
    published = await released(store, publication)
    async with store.work() as work:
        made = await start_translation(work, published.id, "en", english, "translator")
        await work.commit()
    async with store.work() as work:
        with pytest.raises(DocumentExistsError):
            await start_translation(work, published.id, "en", english, "translator")
    made = await released(store, made)
    async with store.work() as work:
        assert [one.lang for one in await work.publications.live()] in (["vi", "en"], ["en", "vi"])
        await take_down(work, move(published), "Hết hiệu lực")
        await work.commit()
    async with store.work() as work:
        assert await work.publications.live() == []
    assert (await stored(store, made)).reason == "Hết hiệu lực"


async def translated(store: Store, published: Publication) -> Publication:
    async with store.work() as work:
        made = await start_translation(work, published.id, "en", DOCUMENT, "translator")
        await work.commit()
    return made


async def test_decided_against_the_translation_goes_too(store: Store, clock: StillClock) -> None:
    published = await released(store, await begun(store))
    made = await released(store, await translated(store, published))
    async with store.work() as work:
        changed = await save_document(work, move(published), DOCUMENT, Basis.DUTY)
        await keep_private(work, move(changed), "Nhận ra người hỏi")
        await work.commit()
    assert await live_now(store) == []
    assert (await stored(store, made)).status is Visibility.TAKEN_DOWN


async def test_no_translation_appears_of_what_was_taken_down(
    store: Store, clock: StillClock
) -> None:
    published = await released(store, await begun(store))
    day = TODAY + timedelta(days=1)
    await translated(store, published)
    async with store.work() as work:
        await take_down(work, move(published), "Sai")
        gone = await work.publications.get(published.id, "en")
        again = await save_document(work, move(gone), DOCUMENT, Basis.DUTY)
        await work.commit()
    for when in (None, day):
        with pytest.raises(NothingToTranslateError):
            await released(store, again, when)
    async with store.work() as work:
        await work.publications.save(
            replace(again, status=Visibility.RELEASED, publish_on=TODAY), clock.now
        )
        await work.commit()
    assert await due(store) == 0
    assert (await stored(store, again)).live is None


async def test_only_a_translation_can_be_taken_down(store: Store, clock: StillClock) -> None:
    published = await released(store, await begun(store))
    async with store.work() as work:
        made = await start_translation(work, published.id, "km", DOCUMENT, "translator")
        await work.commit()
    made = await released(store, made)
    async with store.work() as work:
        await take_down(work, move(made), "Dịch sai")
        await work.commit()
    async with store.work() as work:
        assert [one.lang for one in await work.publications.live()] == ["vi"]
