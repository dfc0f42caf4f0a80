"""The public documents of the demo's cases: written, let go by a second person, taken back."""

from datetime import datetime, timedelta

from app.demo.stories import PublicStory, Stage, Story, time_on
from app.demo.telling import Setting
from casework.cases import Case
from casework.legal_clock import vietnam_date
from casework.permissions import Role
from casework.publication import Publication, PublicDocument
from casework.use_cases.move_document import DocumentMove
from casework.use_cases.publish import (
    ReleaseCheck,
    ask_release,
    keep_case_private,
    release_document,
    start_document,
    start_translation,
)
from casework.use_cases.withdraw_publication import take_down

_CHECKED = ReleaseCheck(seen=True)
#: From the first version to the one shown, and from there to the translation.
_EDITING, _TRANSLATING, _STOOD = timedelta(hours=3), timedelta(hours=6), timedelta(days=6)
_APPEARS_AFTER = timedelta(days=3)
_LATELY = timedelta(hours=2)


class Publisher:
    """Two editors, so that there are always two people."""

    def __init__(self, stage: Setting, now: datetime) -> None:
        self._set = stage
        self._work = stage.work
        self._now = now
        self._writer, self._second = stage.desk.all(Role.EDITOR)[:2]

    async def publish(self, story: Story, case: Case) -> None:
        told = story.publication
        if told is None:
            return
        self._set.clock.move_to(self._begins(told, story.key))
        if told.stage is Stage.NOT_FOR_PUBLICATION:
            await keep_case_private(self._work, case.id, self._writer, told.reason)
            return
        document = _document(story, told, case)
        begun = await start_document(self._work, document, self._writer, case_id=case.id)
        self._set.clock.advance(_EDITING)
        await self._go_on(told, begun)

    def _begins(self, told: PublicStory, key: str) -> datetime:
        if told.published_days_ago:
            day = vietnam_date(self._now - timedelta(days=told.published_days_ago))
            return time_on(day, key) - _EDITING
        if told.stage is Stage.TAKEN_DOWN:
            return self._now - _STOOD - _EDITING - _LATELY
        return self._now - _EDITING - _LATELY

    async def _go_on(self, told: PublicStory, begun: Publication) -> None:
        today = vietnam_date(self._now)
        match told.stage:
            case Stage.WAITING:
                await ask_release(self._work, _move(begun, self._writer), today)
            case Stage.RELEASED:
                await self._release(begun, self._second, _APPEARS_AFTER)
            case Stage.PUBLISHED:
                shown = await self._release(begun, self._second)
                await self._translate(told, shown)
            case Stage.TAKEN_DOWN:
                shown = await self._release(begun, self._second)
                self._set.clock.advance(_STOOD)
                await take_down(self._work, _move(shown, self._writer), told.reason)

    async def _release(
        self, publication: Publication, staff_id: str, later: timedelta = timedelta()
    ) -> Publication:
        day = vietnam_date(self._work.clock() + later)
        return await release_document(self._work, _move(publication, staff_id), _CHECKED, day)

    async def _translate(self, told: PublicStory, shown: Publication) -> None:
        translator = self._set.desk.first(Role.TRANSLATOR)
        chief = self._set.desk.first(Role.CHIEF_EDITOR)
        for lang, texts in told.translations.items():
            self._set.clock.advance(_TRANSLATING)
            document = PublicDocument(
                title=texts["title"],
                question=texts["question"],
                answer=texts["answer"],
                field=shown.draft.field,
                agency_code=shown.draft.agency_code,
                asked_on=shown.draft.asked_on,
                answered_on=shown.draft.answered_on,
                legal_basis=shown.draft.legal_basis,
            )
            begun = await start_translation(self._work, shown.id, lang, document, translator)
            await self._release(begun, chief)


def _move(publication: Publication, staff_id: str) -> DocumentMove:
    return DocumentMove(publication.id, publication.lang, publication.version, staff_id)


def _document(story: Story, told: PublicStory, case: Case) -> PublicDocument:
    return PublicDocument(
        title=told.title,
        question=told.question,
        answer=story.answers[-1],
        field=story.field,
        agency_code=case.agency_code,
        asked_on=case.asked_on,
        answered_on=vietnam_date(case.answered_at) if case.answered_at else None,
        legal_basis=told.legal_basis,
    )
