"""Documents on their way to the public, for tests of who may do what with them."""

from datetime import date

from app.chores import Chores
from casework.cases import Case, CaseKind, CaseSource
from casework.publication import Basis, Publication, PublicDocument
from casework.statuses import CaseStatus
from casework.use_cases.move_document import DocumentMove
from casework.use_cases.publish import ReleaseCheck, release_document, start_document
from store.unit_of_work import Store

TODAY = date(2026, 11, 20)
DOCUMENT = PublicDocument(title="Tách thửa", question="Tách thửa thế nào?", answer="Nộp ở xã.")
EDITOR, SECOND = "editor", "second"
LOOKED = ReleaseCheck(seen=True)


async def answered(store: Store, status: CaseStatus = CaseStatus.ANSWERED) -> Case:
    async with store.work() as work:
        now = work.clock()
        case = Case(
            id=work.ids(),
            code=await work.cases.next_code(CaseKind.QUESTION, 2026),
            kind=CaseKind.QUESTION,
            status=status,
            source=CaseSource.ZALO,
            conversation_id="zalo:400:900",
            asked_on=TODAY,
            due_on=TODAY,
            promised_on=TODAY,
            legal_basis="",
            created_at=now,
            updated_at=now,
            answered_at=now,
        )
        await work.cases.add(case)
        await work.commit()
    return case


def move(publication: Publication, staff_id: str = EDITOR) -> DocumentMove:
    return DocumentMove(publication.id, publication.lang, publication.version, staff_id)


async def begun(
    store: Store, document: PublicDocument = DOCUMENT, case_id: str = "", basis: Basis = Basis.DUTY
) -> Publication:
    async with store.work() as work:
        made = await start_document(work, document, EDITOR, case_id=case_id, basis=basis)
        await work.commit()
    return made


async def released(
    store: Store, publication: Publication, day: date | None = None, check: ReleaseCheck = LOOKED
) -> Publication:
    async with store.work() as work:
        let_go = await release_document(work, move(publication, SECOND), check, day)
        await work.commit()
    return let_go


async def stored(store: Store, publication: Publication) -> Publication:
    async with store.work() as work:
        return await work.publications.get(publication.id, publication.lang)


async def due(store: Store) -> int:
    """How many readers see that they did not see before the periodic work."""
    before = await live_now(store)
    await Chores(store).publish_due()
    return len(await live_now(store)) - len(before)


async def live_now(store: Store) -> list[str]:
    async with store.work() as work:
        return [one.lang for one in await work.publications.live()]
