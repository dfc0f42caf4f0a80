"""One transaction and the repositories that live in it. Only `commit` makes anything last."""

from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction

from store.alerts import AlertRepository
from store.attachments import AttachmentRepository
from store.audit import AuditRepository
from store.cases import CaseRepository
from store.catalogue import CatalogueRepository
from store.clock import Clock, IdSource
from store.conversations import Conversation, ConversationRepository
from store.data_requests import DataRequestRepository
from store.handovers import HandoverRepository
from store.inbox import InboxRepository
from store.jobs import JobRepository
from store.lookups import LookupRepository
from store.outbox import NewMessage, OutboxRepository
from store.personal_data import PersonalDataRepository
from store.publications import PublicationRepository
from store.ratings import RatingRepository
from store.samples import SampleRepository
from store.sealed import SealedRepository
from store.staff import StaffRepository
from store.turns import finish_turn
from store.vault import Vault
from store.web_questions import WebQuestionRepository

#: Wakes the outbox lanes of other processes; the payload is a conversation id.
OUTBOX_READY = "hoidap_outbox"
#: Wakes the inbox lanes; the payload is conversation ids, one a line, or empty: look yourself.
INBOX_READY = "hoidap_inbox"


class UnitOfWork:
    """`async with store.work() as work: … await work.commit()`; leaves without commit → rollback.

    With `connection` it works on a lane's own connection and leaves that open. With `autocommit`
    each statement is its own transaction: for reads and single writes on hot paths, where BEGIN
    and COMMIT would be two more journeys to the server.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        vault: Vault,
        clock: Clock,
        ids: IdSource,
        connection: AsyncConnection | None = None,
        *,
        autocommit: bool = False,
    ) -> None:
        self._engine = engine
        self._given = connection
        self._autocommit = autocommit
        self.vault = vault
        self.clock = clock
        self.ids = ids

    async def __aenter__(self) -> Self:
        self.connection = self._given or await self._engine.connect()
        if self._autocommit:
            await set_autocommit(self.connection, on=True)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._autocommit and not self.connection.invalidated:
            await self.connection.rollback()
            await set_autocommit(self.connection, on=False)
        if self._given is None:
            await self.connection.close()
        elif not self._autocommit:
            await self.connection.rollback()

    async def commit(self) -> None:
        await self.connection.commit()

    def savepoint(self) -> AsyncTransaction:
        """`async with`: undoes what is written inside when that raises, and nothing else."""
        return self.connection.begin_nested()

    async def finish_turn(
        self,
        row_id: int,
        conversation: Conversation,
        messages: list[NewMessage],
        *,
        without_model: bool = False,
    ) -> bool:
        """Write a turn's outcome and commit; False, with all rolled back, when it was too late.

        A turn that has written nothing else is one statement and one journey.
        """
        alone = not self.connection.in_transaction()
        if alone:
            await set_autocommit(self.connection, on=True)
        try:
            written = await finish_turn(
                self.connection,
                row_id,
                conversation,
                messages,
                without_model=without_model,
                now=self.clock(),
            )
            await (self.connection.commit() if written else self.connection.rollback())
        finally:
            if alone and not self.connection.invalidated:
                await self.connection.rollback()
                await set_autocommit(self.connection, on=False)
        return written

    async def notify(self, channel: str, payload: str = "") -> None:
        """Tell other processes, when and only when this commits."""
        await self.connection.execute(
            text("select pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload}
        )

    @cached_property
    def inbox(self) -> InboxRepository:
        return InboxRepository(self.connection)

    @cached_property
    def outbox(self) -> OutboxRepository:
        return OutboxRepository(self.connection)

    @cached_property
    def conversations(self) -> ConversationRepository:
        return ConversationRepository(self.connection)

    @cached_property
    def cases(self) -> CaseRepository:
        return CaseRepository(self.connection, self.vault, self.ids)

    @cached_property
    def catalogue(self) -> CatalogueRepository:
        return CatalogueRepository(self.connection)

    @cached_property
    def staff(self) -> StaffRepository:
        return StaffRepository(self.connection)

    @cached_property
    def alerts(self) -> AlertRepository:
        return AlertRepository(self.connection)

    @cached_property
    def sealed(self) -> SealedRepository:
        return SealedRepository(self.connection, self.vault)

    @cached_property
    def attachments(self) -> AttachmentRepository:
        return AttachmentRepository(self.connection, self.vault)

    @cached_property
    def handovers(self) -> HandoverRepository:
        return HandoverRepository(self.connection)

    @cached_property
    def data_requests(self) -> DataRequestRepository:
        return DataRequestRepository(self.connection)

    @cached_property
    def ratings(self) -> RatingRepository:
        return RatingRepository(self.connection)

    @cached_property
    def publications(self) -> PublicationRepository:
        return PublicationRepository(self.connection)

    @cached_property
    def audit(self) -> AuditRepository:
        return AuditRepository(self.connection)

    @cached_property
    def jobs(self) -> JobRepository:
        return JobRepository(self.connection)

    @cached_property
    def web_questions(self) -> WebQuestionRepository:
        return WebQuestionRepository(self.connection, self.vault)

    @cached_property
    def samples(self) -> SampleRepository:
        return SampleRepository(self.connection, self.vault)

    @cached_property
    def personal_data(self) -> PersonalDataRepository:
        return PersonalDataRepository(self.connection)

    @cached_property
    def lookups(self) -> LookupRepository:
        return LookupRepository(self.connection)


async def set_autocommit(connection: AsyncConnection, *, on: bool) -> None:
    """Switch the driver's transactions; only between transactions, and nothing is sent."""
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    if driver is not None:
        await driver.set_autocommit(on)


class Store:
    """What a process needs to work with the database; built once, closed at the end."""

    def __init__(self, engine: AsyncEngine, vault: Vault, clock: Clock, ids: IdSource) -> None:
        self.engine = engine
        self.vault = vault
        self.clock = clock
        self.ids = ids

    def work(
        self, connection: AsyncConnection | None = None, *, autocommit: bool = False
    ) -> UnitOfWork:
        return UnitOfWork(
            self.engine, self.vault, self.clock, self.ids, connection, autocommit=autocommit
        )

    async def close(self) -> None:
        await self.engine.dispose()
