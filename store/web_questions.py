"""What was typed into the public form and is not sent yet: sealed, and gone after a while."""

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.cases import CaseKind, Contact, OnBehalf
from store.tables import web_questions
from store.vault import Vault

#: So long the code of the e-mail works, and the typed text waits to be sent.
CODE_LASTS = timedelta(minutes=30)
#: Wrong codes after which a new one has to be asked for.
MOST_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WebQuestion:
    """One filled-in form. `id` is the form's own: sent twice, it is still one question."""

    id: str
    lang: str = "vi"
    kind: CaseKind = CaseKind.QUESTION
    content: str = ""
    place: str = ""
    on_behalf: OnBehalf = OnBehalf.SELF
    name: str = ""
    phone: str = ""
    email: str = ""
    #: Ids of attachments.
    photos: tuple[str, ...] = ()
    #: Somebody may be in danger: an alarm was raised for these words.
    alarmed: bool = False
    #: The intent model takes the words for a complaint, denunciation or report of a crime.
    suspected: bool = False
    #: Id of the sealed record it became; nothing else of it is left then.
    sealed_record: str = ""
    #: When it was sent for the first time, ISO 8601.
    asked_at: str = ""
    #: Six digits that were mailed to `email`; empty: none were.
    code: str = ""
    attempts: int = 0
    case_id: str = ""
    expires_at: datetime | None = None

    @property
    def contact(self) -> Contact:
        return Contact(name=self.name, phone=self.phone, email=self.email)


#: Columns of their own; all else is in the sealed text.
_OUTSIDE = frozenset({"id", "code", "attempts", "case_id", "expires_at"})


class WebQuestionRepository:
    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def add(self, question: WebQuestion, now: datetime) -> None:
        """Keep it, or what the same form says now; never over one that became a case."""
        values = self._values(question) | {"expires_at": now + CODE_LASTS}
        added = insert(web_questions).values(id=question.id, created_at=now, **values)
        await self._connection.execute(
            added.on_conflict_do_update(
                index_elements=["id"], set_=values, where=web_questions.c.case_id.is_(None)
            )
        )

    async def find(self, question_id: str, *, lock: bool = False) -> WebQuestion | None:
        """`lock`: a second press waits here until the first one is done.

        Raises:
            UnreadableSecretError: written with a key that is no longer configured.
        """
        query = select(web_questions).where(web_questions.c.id == question_id)
        query = query.with_for_update() if lock else query
        found = (await self._connection.execute(query)).first()
        if found is None:
            return None
        told = _load(self._vault.open(found.sealed))
        code = self._vault.open(found.sealed_code) if found.sealed_code else ""
        return replace(
            WebQuestion(id=question_id, **told),
            code=code,
            attempts=found.attempts,
            case_id=found.case_id or "",
            expires_at=found.expires_at,
        )

    async def note_attempt(self, question_id: str) -> None:
        await self._change(question_id, attempts=web_questions.c.attempts + 1)

    async def confirm(self, question: WebQuestion, case_id: str) -> None:
        """It is a case now: only the way to that case stays here."""
        empty = WebQuestion(id=question.id, lang=question.lang)
        await self._change(question.id, **self._values(empty) | {"case_id": case_id})

    async def purge(self, now: datetime) -> int:
        """Forget what was never sent, and what became a case; returns how many."""
        purged = (
            delete(web_questions)
            .where(web_questions.c.expires_at <= now)
            .returning(web_questions.c.id)
        )
        return len((await self._connection.execute(purged)).all())

    def _values(self, question: WebQuestion) -> dict[str, Any]:
        told = {name: value for name, value in asdict(question).items() if name not in _OUTSIDE}
        return {
            "sealed": self._vault.seal(json.dumps(told)),
            "sealed_code": self._vault.seal(question.code) if question.code else None,
            "attempts": question.attempts,
        }

    async def _change(self, question_id: str, **values: Any) -> None:
        await self._connection.execute(
            update(web_questions).where(web_questions.c.id == question_id).values(**values)
        )


def _load(sealed: str) -> dict[str, Any]:
    """What this version knows of a row that another version may have written."""
    known = {item.name for item in fields(WebQuestion)} - _OUTSIDE
    told = {name: value for name, value in json.loads(sealed).items() if name in known}
    told["kind"], told["on_behalf"] = CaseKind(told["kind"]), OnBehalf(told["on_behalf"])
    told["photos"] = tuple(told["photos"])
    return told
