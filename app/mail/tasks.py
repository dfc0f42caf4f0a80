"""The jobs that send letters."""

import json
from collections.abc import Mapping

from app.jobs import GivenUpError, Task
from app.mail.letters import LetterName, Letters
from app.mail.sending import make_message, send
from app.mail.server import MailServer
from casework.cases import ActorKind, CaseSource, ContentKind, EventKind
from casework.errors import CaseNotFoundError
from casework.statuses import ANSWERED
from desk.accounts import LINK_LIFE, make_link
from portal.links import At, link
from portal.words import DEFAULT
from store.audit import AuditAction
from store.jobs import Job
from store.unit_of_work import Store
from store.web_questions import CODE_LASTS

#: Why somebody gets a link.
_CAUSES = (AuditAction.USER_INVITED, AuditAction.USER_RESET, AuditAction.USER_RETURNED)


class Post:
    """Writes each letter when it is sent, from what is true by then.

    No transaction is open while the server is talked to.
    """

    def __init__(
        self, store: Store, server: MailServer | None, letters: Letters, address: str
    ) -> None:
        self._store = store
        self._server = server
        self._letters = letters
        self._address = address.rstrip("/")

    def tasks(self) -> Mapping[Job, Task]:
        return {
            # The code itself lasts half an hour.
            Job.MAIL_WEB_CODE: Task(self.web_code, tries=9),
            Job.MAIL_ANSWER: Task(self.answer, tries=18),
            Job.MAIL_STAFF_LINK: Task(self.staff_link, tries=18),
        }

    async def web_code(self, web_question_id: str) -> None:
        """Six digits for whoever filled in the public form."""
        async with self._store.work() as work:
            found = await work.web_questions.find(web_question_id)
            now = work.clock()
        if found is None or not found.code or not found.email or found.case_id:
            return  # confirmed, changed or forgotten meanwhile
        if found.expires_at is not None and found.expires_at <= now:
            return
        minutes = int(CODE_LASTS.total_seconds() // 60)
        values = {"code": found.code, "minutes": minutes}
        await self._send(LetterName.WEB_CODE, found.lang, found.email, values)

    async def answer(self, case_id: str) -> None:
        """That there is an answer, and where; neither answer nor code are in the letter."""
        async with self._store.work() as work:
            try:
                case = await work.cases.get(case_id)
            except CaseNotFoundError:
                return
            kept = await work.cases.latest_content(case_id, ContentKind.CONTACT)
            conversation = await work.conversations.find(case.conversation_id)
        email = json.loads(kept).get("email", "") if kept else ""
        if not email or case.status not in ANSWERED:
            return
        lang = conversation.lang if conversation else DEFAULT
        # The code is typed there: a case is never named in an address.
        values = {"code": case.code, "link": f"{self._address}{link(lang, At.PICKUP)}"}
        try:
            await self._send(LetterName.ANSWER, lang, email, values)
        except GivenUpError as error:
            await self._note_unreached(case.id, str(error))
            raise

    async def _note_unreached(self, case_id: str, code: str) -> None:
        """Somebody has to find another way to whoever asked."""
        async with self._store.work() as work:
            await work.cases.add_event(
                case_id,
                EventKind.NOT_REACHED,
                actor_kind=ActorKind.SYSTEM,
                actor_id="",
                now=work.clock(),
                data={"channel": CaseSource.EMAIL.value, "code": code},
            )
            await work.commit()

    async def staff_link(self, staff_id: str) -> None:
        """A fresh one-time link; only its hash is kept, so it is made here."""
        async with self._store.work() as work:
            member = await work.staff.find(staff_id)
            if member is None or not member.active:
                return
            token = await make_link(work, member)
            noted = await work.audit.newest(subjects=[member.id])
            await work.commit()
        # A reset takes the old password away: whether there is one does not tell a new account.
        causes = [entry.action for entry in noted if entry.action in _CAUSES]
        known = member.password_hash or causes[:1] not in ([], [AuditAction.USER_INVITED])
        name = LetterName.STAFF_RESET if known else LetterName.STAFF_INVITED
        values = {
            "name": member.name,
            "link": f"{self._address}/desk/link/{token}",
            "days": LINK_LIFE.days,
            "has_password": bool(member.password_hash),
        }
        await self._send(name, DEFAULT, member.email, values)

    async def _send(
        self, name: LetterName, lang: str, recipient: str, values: Mapping[str, object]
    ) -> None:
        if self._server is None:
            raise GivenUpError("no_mail_server")
        letter = self._letters.write(name, lang, values)
        message = make_message(self._server, letter, recipient, self._store.clock())
        await send(self._server, message)
