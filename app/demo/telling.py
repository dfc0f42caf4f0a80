"""Plays a story with the use cases the desk and the assistant use, at the times it happened."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from app.demo.clock import MovingClock
from app.demo.pictures import View, draw_picture
from app.demo.staff import Desk
from app.demo.stories import Step, Story, Timetable
from app.demo.talks import Talker, Talks
from casework.cases import TYPED_IN, Case, Satisfaction
from casework.legal_clock import vietnam_date
from casework.permissions import Role
from casework.use_cases.follow_case import (
    add_to_case,
    by_citizen,
    by_service,
    close_case,
    object_to_publication,
    reopen_case,
    withdraw_case,
)
from casework.use_cases.move_case import (
    approve_answer,
    assign_case,
    reject_draft,
    save_draft,
    send_answer,
)
from casework.use_cases.moving import CaseMove
from casework.use_cases.open_case import OpenCase, OpenedCase, open_case
from casework.use_cases.sort_case import bounce_case, not_accept_case, restore_case, triage_case
from delivery.messages import AttachmentKind
from store.unit_of_work import UnitOfWork

_RATES_AFTER = timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class Setting:
    """What every story is played with."""

    work: UnitOfWork
    clock: MovingClock
    desk: Desk
    talks: Talks


class Teller:
    """One story; its lists are used up as the steps need them."""

    def __init__(self, stage: Setting, story: Story, timetable: Timetable) -> None:
        self._stage = stage
        self._work = stage.work
        self._story = story
        self._timetable = timetable
        self._agencies: Iterator[str] = iter(story.agencies)
        self._answers: Iterator[str] = iter(story.answers)
        self._reasons: Iterator[str] = iter(story.reasons)
        self._talker: Talker | None = stage.talks.talker(story.source, story.key, story.lang)
        self._agency = ""

    async def tell(self) -> Case:
        """Open the case and walk its path; the caller commits."""
        self._stage.clock.move_to(self._timetable.asked_at)
        case = await self._open()
        for step, at in zip(self._story.path, self._timetable.steps, strict=True):
            self._stage.clock.move_to(at)
            case = await _STEPS[step](self, case)
        if self._story.rating is not None:
            await self._rate(case, self._story.rating)
        return case

    async def _open(self) -> Case:
        inbox_id = None
        if self._talker:
            inbox_id = await self._stage.talks.hear(self._work, self._talker, self._story.question)
        opened = await open_case(self._work, self._command(inbox_id))
        if self._talker and inbox_id:
            await self._say_opened(self._talker, inbox_id, opened)
        if self._story.picture:
            await self._attach(opened.case, self._story.picture)
        return opened.case

    def _command(self, inbox_id: int | None) -> OpenCase:
        story = self._story
        typed_in = story.source in TYPED_IN
        return OpenCase(
            kind=story.kind,
            source=story.source,
            conversation_id=self._talker.conversation_id if self._talker else "",
            content=story.question,
            asked_at=self._work.clock(),
            place=story.place,
            on_behalf=story.behalf,
            inbox_id=inbox_id,
            contact=story.contact,
            entered_by=self._stage.desk.first(Role.RECEPTION) if typed_in else "",
        )

    async def _say_opened(self, talker: Talker, inbox_id: int, opened: OpenedCase) -> None:
        words = self._stage.talks.replies[talker.lang]
        await self._stage.talks.reply(
            self._work,
            talker,
            inbox_id,
            "opened",
            code=opened.case.code,
            due=words.full_date(opened.case.due_on),
            pickup_code=opened.pickup_code,
        )

    async def _attach(self, case: Case, view: View) -> None:
        now, attachment_id = self._work.clock(), self._work.ids()
        picture = draw_picture(view, vietnam_date(now))
        await self._work.attachments.add_kept(
            attachment_id, AttachmentKind.IMAGE, "image/jpeg", picture, now
        )
        await self._work.attachments.give_to_case([attachment_id], case.id)

    async def _rate(self, case: Case, rating: Satisfaction) -> None:
        self._stage.clock.advance(_RATES_AFTER)
        await self._work.ratings.rate(case.id, rating, self._work.clock())

    def _by(self, case: Case, role: Role) -> CaseMove:
        agency = self._agency if role in (Role.OFFICER, Role.LEAD) else ""
        return CaseMove(case.id, case.version, staff_id=self._stage.desk.first(role, agency))

    async def triage(self, case: Case) -> Case:
        move = self._by(case, Role.EDITOR)
        field = self._story.field
        return await triage_case(self._work, move, kind=case.kind, field=field)

    async def assign(self, case: Case) -> Case:
        move = self._by(case, Role.EDITOR)
        self._agency = next(self._agencies)
        return await assign_case(
            self._work, move, agency_code=self._agency, field=self._story.field
        )

    async def officer(self, case: Case) -> Case:
        return await self._hand_to(case, Role.OFFICER)

    async def lead(self, case: Case) -> Case:
        return await self._hand_to(case, Role.LEAD)

    async def _hand_to(self, case: Case, role: Role) -> Case:
        person = self._stage.desk.first(role, self._agency)
        move = self._by(case, Role.LEAD)
        return await assign_case(
            self._work, move, agency_code=self._agency, officer_id=person, field=case.field
        )

    async def draft(self, case: Case) -> Case:
        return await save_draft(self._work, self._by(case, Role.OFFICER), next(self._answers))

    async def reject(self, case: Case) -> Case:
        return await reject_draft(self._work, self._by(case, Role.LEAD), next(self._reasons))

    async def approve(self, case: Case) -> Case:
        return await approve_answer(self._work, self._by(case, Role.LEAD))

    async def send(self, case: Case) -> Case:
        case, answer = await send_answer(self._work, self._by(case, Role.LEAD))
        if self._talker:
            delivery = self._story.delivery
            await self._stage.talks.deliver(self._work, self._talker, case, answer, delivery)
        return case

    async def bounce(self, case: Case) -> Case:
        return await bounce_case(self._work, self._by(case, Role.OFFICER), next(self._reasons))

    async def not_accept(self, case: Case) -> Case:
        move = self._by(case, Role.EDITOR)
        why = next(self._reasons, "")
        return await not_accept_case(self._work, move, self._story.refusal, why)

    async def restore(self, case: Case) -> Case:
        return await restore_case(self._work, self._by(case, Role.CHIEF_EDITOR))

    async def withdraw(self, case: Case) -> Case:
        return await withdraw_case(self._work, by_citizen(case))

    async def reopen(self, case: Case) -> Case:
        if self._talker:
            await self._stage.talks.hear(self._work, self._talker, self._story.more)
        return await reopen_case(self._work, by_citizen(case), self._story.more)

    async def close(self, case: Case) -> Case:
        return await close_case(self._work, by_service(case))

    async def add(self, case: Case) -> Case:
        row = None
        if self._talker:
            row = await self._stage.talks.hear(self._work, self._talker, self._story.more)
        return await add_to_case(self._work, case, self._story.more, inbox_id=row)

    async def object(self, case: Case) -> Case:
        return await object_to_publication(self._work, case, objects=True)


_Play = Callable[[Teller, Case], Awaitable[Case]]
_STEPS: dict[Step, _Play] = {
    Step.TRIAGE: Teller.triage,
    Step.ASSIGN: Teller.assign,
    Step.OFFICER: Teller.officer,
    Step.LEAD: Teller.lead,
    Step.DRAFT: Teller.draft,
    Step.REJECT: Teller.reject,
    Step.APPROVE: Teller.approve,
    Step.SEND: Teller.send,
    Step.BOUNCE: Teller.bounce,
    Step.NOT_ACCEPT: Teller.not_accept,
    Step.RESTORE: Teller.restore,
    Step.WITHDRAW: Teller.withdraw,
    Step.REOPEN: Teller.reopen,
    Step.CLOSE: Teller.close,
    Step.ADD: Teller.add,
    Step.OBJECT: Teller.object,
}
