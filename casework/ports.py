"""What the use cases need from storage. Any method may raise; nothing here commits."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from casework.cases import ActorKind, Case, CaseKind, ContentKind, EventKind
from casework.legal_clock import LegalRule, WorkCalendar
from casework.publication import Publication, VisibilityCommand
from casework.statuses import CaseStatus


class CaseStore(Protocol):
    async def next_code(self, kind: CaseKind, year: int) -> str: ...

    async def add(self, case: Case, *, inbox_id: int | None = None) -> None: ...

    async def get(self, case_id: str) -> Case:
        """Read.

        Raises:
            CaseNotFoundError: no such id.
        """
        ...

    async def held_by(self, staff_id: str, statuses: Collection[CaseStatus]) -> list[Case]: ...

    async def save(self, case: Case, now: datetime) -> Case:
        """Write a changed case.

        Raises:
            StaleCaseError: somebody changed it since it was read.
        """
        ...

    async def add_content(
        self, case_id: str, kind: ContentKind, text: str, now: datetime
    ) -> str: ...

    async def latest_content(self, case_id: str, kind: ContentKind) -> str: ...

    async def add_event(
        self,
        case_id: str,
        kind: EventKind,
        *,
        actor_kind: ActorKind,
        actor_id: str,
        now: datetime,
        data: dict[str, Any] | None = None,
        content_id: str | None = None,
    ) -> None: ...

    async def waiting(self) -> list[Case]:
        """Open cases, locked until the caller commits."""
        ...

    async def last_event_at(self, case_id: str, kind: EventKind) -> datetime | None: ...


class RuleStore(Protocol):
    async def rules(self) -> list[LegalRule]: ...

    async def calendar(self) -> WorkCalendar: ...


class CaseWork(Protocol):
    """A unit of work as the use cases see it; the caller commits."""

    @property
    def cases(self) -> CaseStore: ...

    @property
    def catalogue(self) -> RuleStore: ...

    def clock(self) -> datetime: ...

    def ids(self) -> str: ...


class PublicationStore(Protocol):
    async def next_number(self) -> int:
        """The next free public number; nobody else gets one until the caller commits."""
        ...

    async def add(self, publication: Publication, now: datetime) -> None: ...

    async def save(self, publication: Publication, now: datetime) -> None:
        """Write a changed publication; `version` is the one that was read.

        Raises:
            StaleCaseError: somebody changed it since.
        """
        ...

    async def get(self, publication_id: str, lang: str) -> Publication:
        """Read.

        Raises:
            PublicationNotFoundError: no such document in this language.
        """
        ...

    async def of_case(self, case_id: str) -> list[Publication]: ...

    async def languages(self, publication_id: str) -> list[Publication]: ...


class PublicationLog(Protocol):
    async def note_publication(
        self, command: VisibilityCommand, actor_id: str, now: datetime, publication: Publication
    ) -> None:
        """Remember who did what with which document, with the reason where there is one."""
        ...


class PublicationWork(Protocol):
    """A unit of work as publishing sees it; the caller commits."""

    @property
    def cases(self) -> CaseStore: ...

    @property
    def publications(self) -> PublicationStore: ...

    @property
    def audit(self) -> PublicationLog: ...

    def clock(self) -> datetime: ...

    def ids(self) -> str: ...
