"""Publishing on the real database: two people, days, corrections, a race."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.chores import Chores
from app.cli.command import CommandError
from app.cli.publication_command import take_number_down
from casework.errors import FourEyesError, StaleCaseError
from casework.publication import Basis, Publication, Visibility, VisibilityMoveError
from casework.statuses import CaseStatus
from casework.use_cases.moving import EmptyTextError
from casework.use_cases.publish import (
    NotAnsweredError,
    ObjectedError,
    PastDayError,
    PersonalDataError,
    ReleaseCheck,
    UncheckedPlacesError,
    ask_release,
    keep_case_private,
    publish_released,
    release_document,
    save_document,
)
from casework.use_cases.withdraw_publication import keep_private, take_down
from store.audit import AuditAction
from store.unit_of_work import Store
from tests.fakes.clock import StillClock
from tests.integration.publishing_scene import (
    DOCUMENT,
    EDITOR,
    LOOKED,
    SECOND,
    TODAY,
    answered,
    begun,
    due,
    live_now,
    move,
    released,
    stored,
)


async def test_released_for_today_is_there_at_once(store: Store, clock: StillClock) -> None:
    published = await released(store, await begun(store))
    kept = await stored(store, published)
    assert kept == replace(published, updated_at=clock.now)
    assert (kept.status, kept.live, kept.number) == (Visibility.PUBLISHED, DOCUMENT, 1)
    assert (kept.edited_by, kept.released_by, kept.published_at) == (EDITOR, SECOND, clock.now)


async def test_a_day_to_come_is_kept_by_the_periodic_work(store: Store, clock: StillClock) -> None:
    waiting = await released(store, await begun(store), TODAY + timedelta(days=2))
    assert (waiting.status, waiting.live) == (Visibility.RELEASED, None)
    assert await due(store) == 0
    # Midnight in Vietnam, still the evening before in UTC.
    clock.now = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    assert await due(store) == 1
    assert await due(store) == 0
    assert (await stored(store, waiting)).live == DOCUMENT


async def test_two_workers_publish_each_document_once(store: Store, clock: StillClock) -> None:
    day = TODAY + timedelta(days=1)
    waiting = [await released(store, await begun(store), day) for _ in range(3)]
    clock.now += timedelta(days=1)
    await asyncio.gather(*(Chores(store).publish_due() for _ in range(2)))
    assert len(await live_now(store)) == 3
    async with store.work() as work:
        noted = await work.audit.newest(action=AuditAction.PUBLICATION_PUBLISHED)
    assert sorted(entry.subject for entry in noted) == sorted(one.id for one in waiting)


async def test_who_objects_between_release_and_day_is_heard(
    store: Store, clock: StillClock
) -> None:
    case = await answered(store)
    waiting = await released(store, await begun(store, case_id=case.id), TODAY + timedelta(days=1))
    async with store.work() as work:
        await work.cases.save(replace(case, objected=True), clock.now)
        await work.commit()
    clock.now += timedelta(days=1)
    assert await due(store) == 0
    assert (await stored(store, waiting)).status is Visibility.RELEASED


async def test_a_correction_shows_only_after_a_second_release(
    store: Store, clock: StillClock
) -> None:
    published = await released(store, await begun(store))
    first_day = published.published_at
    better = replace(DOCUMENT, answer="Nộp ở tỉnh.")
    clock.now += timedelta(days=3)
    async with store.work() as work:
        changed = await save_document(work, move(published), better, Basis.DUTY)
        await work.commit()
    assert (changed.status, changed.live, changed.released_by) == (Visibility.EDITED, DOCUMENT, "")
    again = await released(store, changed)
    assert (again.live, again.published_at) == (better, first_day)


async def test_taken_down_it_is_gone_and_can_come_back(store: Store, clock: StillClock) -> None:
    published = await released(store, await begun(store))
    async with store.work() as work:
        gone = await take_down(work, move(published), " Sai ")
        await work.commit()
    assert (gone.status, gone.live, gone.reason) == (Visibility.TAKEN_DOWN, None, "Sai")
    assert gone.taken_down_at == clock.now
    async with store.work() as work:
        back = await save_document(work, move(gone), DOCUMENT, Basis.DUTY)
        await work.commit()
    back = await released(store, back)
    assert (back.live, back.taken_down_at, back.reason) == (DOCUMENT, None, "")


async def test_decided_against_during_a_correction_the_old_text_goes_too(
    store: Store, clock: StillClock
) -> None:
    published = await released(store, await begun(store))
    async with store.work() as work:
        changed = await save_document(work, move(published), DOCUMENT, Basis.DUTY)
        private = await keep_private(work, move(changed), "Không còn cần")
        await work.commit()
    assert (private.status, private.live) == (Visibility.NOT_FOR_PUBLICATION, None)
    assert private.taken_down_at == clock.now


async def refused(
    store: Store, publication: Publication, error: type[Exception], **how: object
) -> None:
    with pytest.raises(error):
        await released(store, publication, **how)  # type: ignore[arg-type]
    kept = await stored(store, publication)
    assert (kept.status, kept.live) == (Visibility.EDITED, None)


async def test_what_stops_a_release(store: Store, clock: StillClock) -> None:
    hard = replace(DOCUMENT, answer="Gọi 0912345678.")
    await refused(store, await begun(store, hard), PersonalDataError)
    named = replace(DOCUMENT, question="Ông Nguyễn Văn An hỏi.")
    await refused(store, await begun(store, named), UncheckedPlacesError, check=ReleaseCheck())
    await refused(store, await begun(store), PastDayError, day=TODAY - timedelta(days=1))
    case = await answered(store)
    objected = await begun(store, case_id=case.id, basis=Basis.CONSENT)
    async with store.work() as work:
        await work.cases.save(replace(case, objected=True), clock.now)
        await work.commit()
    await refused(store, objected, ObjectedError)


async def test_whoever_edited_last_does_not_release(store: Store, clock: StillClock) -> None:
    publication = await begun(store)
    async with store.work() as work:
        with pytest.raises(FourEyesError):
            await release_document(work, move(publication, EDITOR), LOOKED)
    async with store.work() as work:
        changed = await save_document(work, move(publication, SECOND), DOCUMENT, Basis.DUTY)
        await work.commit()
    async with store.work() as work:
        with pytest.raises(FourEyesError):
            await release_document(work, move(changed, SECOND), LOOKED)


async def test_with_the_askers_consent_numbers_need_a_look(store: Store, clock: StillClock) -> None:
    own = replace(DOCUMENT, answer="Liên hệ cơ sở, điện thoại 0912345678.")
    publication = await begun(store, own, basis=Basis.CONSENT)
    await refused(store, publication, UncheckedPlacesError, check=ReleaseCheck())
    assert (await released(store, publication)).live == own


async def test_a_case_without_an_answer_has_no_document(store: Store, clock: StillClock) -> None:
    case = await answered(store, CaseStatus.DRAFTED)
    with pytest.raises(NotAnsweredError):
        await begun(store, case_id=case.id)
    async with store.work() as work:
        with pytest.raises(NotAnsweredError):
            await keep_case_private(work, case.id, EDITOR, "Riêng tư")


async def test_two_begin_the_same_case_and_one_is_told(store: Store, clock: StillClock) -> None:
    case = await answered(store)

    async def begin() -> Publication:
        return await begun(store, case_id=case.id)

    outcome = await asyncio.gather(begin(), begin(), return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcome) == ["DocumentExistsError", "Publication"]


async def test_two_save_the_same_version_and_one_is_told(store: Store, clock: StillClock) -> None:
    publication = await begun(store)

    async def save(answer: str) -> Publication:
        async with store.work() as work:
            document = replace(DOCUMENT, answer=answer)
            saved = await save_document(work, move(publication), document, Basis.DUTY)
            await work.commit()
        return saved

    outcome = await asyncio.gather(save("một"), save("hai"), return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcome) == ["Publication", "StaleCaseError"]
    with pytest.raises(StaleCaseError):
        await released(store, publication)


@pytest.mark.parametrize("part", ["title", "question", "answer"])
async def test_every_part_needs_words(store: Store, clock: StillClock, part: str) -> None:
    emptied: dict[str, Any] = {part: " \n"}
    with pytest.raises(EmptyTextError):
        await begun(store, replace(DOCUMENT, **emptied))


async def test_asking_a_second_person_names_a_day_and_a_change_takes_it_back(
    store: Store, clock: StillClock
) -> None:
    publication = await begun(store)
    async with store.work() as work:
        with pytest.raises(PastDayError):
            await ask_release(work, move(publication), TODAY - timedelta(days=1))
        asked = await ask_release(work, move(publication), TODAY)
        assert (asked.status, asked.publish_on) == (Visibility.EDITED, TODAY)
        assert not await publish_released(work, publication.id, publication.lang)
        changed = await save_document(work, move(asked), DOCUMENT, Basis.DUTY)
        assert changed.publish_on is None


async def test_one_command_takes_a_number_down(store: Store, clock: StillClock) -> None:
    published = await released(store, await begun(store))
    with pytest.raises(CommandError, match="No document"):
        await take_number_down(store, 99, "Sai")
    with pytest.raises(CommandError, match="words"):
        await take_number_down(store, published.number, " ")
    gone = await take_number_down(store, published.number, "Sai")
    assert gone.status is Visibility.TAKEN_DOWN
    with pytest.raises(CommandError, match="not published"):
        await take_number_down(store, published.number, "Sai")


async def test_every_step_is_in_the_log_with_its_reason(store: Store, clock: StillClock) -> None:
    published = await released(store, await begun(store))
    async with store.work() as work:
        await take_down(work, move(published), "Sai số liệu")
        await work.commit()
    async with store.work() as work:
        noted = await work.audit.newest()
    assert [entry.action for entry in noted] == [
        AuditAction.PUBLICATION_TAKEN_DOWN,
        AuditAction.PUBLICATION_PUBLISHED,
        AuditAction.PUBLICATION_RELEASED,
        AuditAction.PUBLICATION_SAVED,
    ]
    assert noted[0].data["reason"] == "Sai số liệu"
    assert noted[0].subject == published.id
    assert DOCUMENT.answer not in str([entry.data for entry in noted])


async def test_a_move_that_does_not_exist_changes_nothing(store: Store, clock: StillClock) -> None:
    publication = await begun(store)
    published = await released(store, publication)
    async with store.work() as work:
        with pytest.raises(VisibilityMoveError):
            await keep_private(work, move(published), "Sao cũng được")
        with pytest.raises(VisibilityMoveError):
            await release_document(work, move(published, SECOND), LOOKED)
    assert (await stored(store, published)).live == DOCUMENT
