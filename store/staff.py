"""Accounts of staff, their sessions, one-time links and failed log-ins."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, collate, delete, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.permissions import Role
from store.tables import login_failures, staff, staff_links, staff_sessions

#: Without diacritics, as a reader looks for it: by code points Đ and Ấ come behind Z. No server is
#: sure to have the rules of Vietnamese (ICU); the embedded one has not.
_LATIN_MARKS = "[\u0300-\u036f]"
_FOLDED_NAME = func.lower(
    func.translate(
        func.regexp_replace(func.normalize(staff.c.name, text("NFD")), _LATIN_MARKS, "", "g"),
        "Đđ",
        "dd",
    )
)
_BY_NAME = (collate(_FOLDED_NAME, "C"), staff.c.name, staff.c.email)


@dataclass(frozen=True, slots=True)
class StaffMember:
    id: str
    email: str
    name: str
    role: Role
    agency_code: str
    password_hash: str
    active: bool


@dataclass(frozen=True, slots=True)
class StaffSession:
    member: StaffMember
    csrf_token: str
    expires_at: datetime
    #: The log-in.
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its owner and the administrators see it; the hash opens nothing."""

    token_hash: str
    device: str
    begun_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class StaffFilter:
    """Which accounts a list shows; empty fields do not narrow."""

    #: Part of the name or of the address.
    text: str = ""
    agency_code: str = ""
    role: Role | None = None
    active: bool | None = None


def _filtered(query: Select[Any], wanted: StaffFilter) -> Select[Any]:
    if wanted.text:
        part = wanted.text
        query = query.where(
            or_(
                staff.c.name.icontains(part, autoescape=True),
                staff.c.email.icontains(part, autoescape=True),
            )
        )
    if wanted.agency_code:
        query = query.where(staff.c.agency_code == wanted.agency_code)
    if wanted.role is not None:
        query = query.where(staff.c.role == wanted.role)
    if wanted.active is not None:
        query = query.where(staff.c.active.is_(wanted.active))
    return query


def _member(found: Any) -> StaffMember:
    return StaffMember(
        id=found.id,
        email=found.email,
        name=found.name,
        role=Role(found.role),
        agency_code=found.agency_code,
        password_hash=found.password_hash,
        active=found.active,
    )


class StaffRepository:
    """Tokens are stored as SHA-256 only; e-mail addresses in lower case."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, member: StaffMember, now: datetime) -> None:
        await self.add_all([member], now)

    async def add_all(self, members: Sequence[StaffMember], now: datetime) -> None:
        rows = [
            {name: getattr(member, name) for name in StaffMember.__slots__}
            | {"email": member.email.strip().lower(), "created_at": now}
            for member in members
        ]
        if rows:
            await self._connection.execute(insert(staff), rows)

    async def find(self, staff_id: str) -> StaffMember | None:
        found = (
            await self._connection.execute(select(staff).where(staff.c.id == staff_id))
        ).first()
        return None if found is None else _member(found)

    async def find_by_email(self, email: str) -> StaffMember | None:
        query = select(staff).where(staff.c.email == email.strip().lower())
        found = (await self._connection.execute(query)).first()
        return None if found is None else _member(found)

    async def find_by_emails(self, emails: Collection[str]) -> dict[str, StaffMember]:
        """By address as it is kept."""
        query = select(staff).where(staff.c.email.in_(emails))
        return {found.email: _member(found) for found in await self._connection.execute(query)}

    async def active(self, agency_code: str = "") -> list[StaffMember]:
        """Active staff, of one agency when it is given."""
        query = select(staff).where(staff.c.active).order_by(*_BY_NAME)
        if agency_code:
            query = query.where(staff.c.agency_code == agency_code)
        return [_member(found) for found in await self._connection.execute(query)]

    async def search(self, wanted: StaffFilter, *, limit: int, offset: int) -> list[StaffMember]:
        """By name."""
        query = _filtered(select(staff), wanted).order_by(*_BY_NAME)
        found = await self._connection.execute(query.limit(limit).offset(offset))
        return [_member(one) for one in found]

    async def count(self, wanted: StaffFilter) -> int:
        query = _filtered(select(func.count()).select_from(staff), wanted)
        return int((await self._connection.execute(query)).scalar_one())

    async def find_many(self, staff_ids: Collection[str]) -> dict[str, StaffMember]:
        """By id, also people who left."""
        query = select(staff).where(staff.c.id.in_(staff_ids))
        return {found.id: _member(found) for found in await self._connection.execute(query)}

    async def lock(self, staff_id: str) -> StaffMember | None:
        """Read; nobody changes the account, or makes or unmakes an administrator, until the commit.

        Administrators are locked first and in one order, so that two of them cannot remove each
        other at once.
        """
        query = select(staff.c.id).where(staff.c.role == Role.ADMIN, staff.c.active)
        await self._connection.execute(query.order_by(staff.c.id).with_for_update())
        query = select(staff).where(staff.c.id == staff_id).with_for_update()
        found = (await self._connection.execute(query)).first()
        return None if found is None else _member(found)

    async def change(
        self, staff_id: str, *, name: str, role: Role, agency_code: str, active: bool
    ) -> None:
        await self._connection.execute(
            update(staff)
            .where(staff.c.id == staff_id)
            .values(name=name, role=role, agency_code=agency_code, active=active)
        )

    async def set_password(self, staff_id: str, password_hash: str) -> None:
        """A new password ends every session and every link; an empty one lets nobody in."""
        await self.rehash(staff_id, password_hash)
        await self.end_sessions(staff_id)
        await self.drop_links(staff_id)

    async def rehash(self, staff_id: str, password_hash: str) -> None:
        """The same password kept in a stronger way: nobody is logged out by it."""
        await self._connection.execute(
            update(staff).where(staff.c.id == staff_id).values(password_hash=password_hash)
        )

    async def end_sessions(self, staff_id: str) -> None:
        """On every device."""
        await self._connection.execute(
            delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id)
        )

    async def add_links(self, staff_ids: Mapping[str, str], expires_at: datetime) -> None:
        """`staff_ids`: token hash → whom the link is for."""
        rows = [
            {"token_hash": token_hash, "staff_id": staff_id, "expires_at": expires_at}
            for token_hash, staff_id in staff_ids.items()
        ]
        if rows:
            await self._connection.execute(insert(staff_links), rows)

    async def drop_links(self, staff_id: str) -> None:
        await self._connection.execute(
            delete(staff_links).where(staff_links.c.staff_id == staff_id)
        )

    async def find_link(self, token_hash: str, now: datetime) -> StaffMember | None:
        """Whom a one-time link is for; it stays usable."""
        query = (
            select(staff)
            .join(staff_links, staff_links.c.staff_id == staff.c.id)
            .where(staff_links.c.token_hash == token_hash, staff_links.c.expires_at > now)
            .where(staff.c.active)
        )
        found = (await self._connection.execute(query)).first()
        return None if found is None else _member(found)

    async def use_link(self, token_hash: str, now: datetime) -> StaffMember | None:
        """Redeem a one-time link; None when used, unknown or too old."""
        used = (
            delete(staff_links)
            .where(staff_links.c.token_hash == token_hash, staff_links.c.expires_at > now)
            .returning(staff_links.c.staff_id)
        )
        staff_id = (await self._connection.execute(used)).scalar_one_or_none()
        return None if staff_id is None else await self.find(staff_id)

    async def add_session(
        self,
        token_hash: str,
        staff_id: str,
        csrf_token: str,
        now: datetime,
        expires_at: datetime,
        *,
        device: str = "",
    ) -> None:
        await self._connection.execute(
            insert(staff_sessions).values(
                token_hash=token_hash,
                staff_id=staff_id,
                csrf_token=csrf_token,
                device=device,
                created_at=now,
                seen_at=now,
                expires_at=expires_at,
            )
        )

    async def find_session(self, token_hash: str, now: datetime) -> StaffSession | None:
        query = (
            select(
                staff,
                staff_sessions.c.csrf_token,
                staff_sessions.c.expires_at,
                staff_sessions.c.created_at.label("begun_at"),
            )
            .join(staff_sessions, staff_sessions.c.staff_id == staff.c.id)
            .where(staff_sessions.c.token_hash == token_hash, staff_sessions.c.expires_at > now)
            .where(staff.c.active)
        )
        found = (await self._connection.execute(query)).first()
        if found is None:
            return None
        return StaffSession(_member(found), found.csrf_token, found.expires_at, found.begun_at)

    async def touch_session(self, token_hash: str, now: datetime, expires_at: datetime) -> None:
        await self._connection.execute(
            update(staff_sessions)
            .where(staff_sessions.c.token_hash == token_hash)
            .values(seen_at=now, expires_at=expires_at)
        )

    async def sessions(self, staff_id: str, now: datetime) -> list[OpenSession]:
        """The last seen first."""
        query = (
            select(staff_sessions)
            .where(staff_sessions.c.staff_id == staff_id, staff_sessions.c.expires_at > now)
            .order_by(staff_sessions.c.seen_at.desc(), staff_sessions.c.token_hash)
        )
        return [
            OpenSession(found.token_hash, found.device, found.created_at, found.seen_at)
            for found in await self._connection.execute(query)
        ]

    async def end_session_of(self, staff_id: str, token_hash: str) -> bool:
        """False when this person has no such session."""
        ended = (
            delete(staff_sessions)
            .where(staff_sessions.c.staff_id == staff_id)
            .where(staff_sessions.c.token_hash == token_hash)
            .returning(staff_sessions.c.token_hash)
        )
        return (await self._connection.execute(ended)).first() is not None

    async def end_session(self, token_hash: str) -> None:
        await self._connection.execute(
            delete(staff_sessions).where(staff_sessions.c.token_hash == token_hash)
        )

    async def note_failure(self, subject: str, at: datetime) -> None:
        await self._connection.execute(insert(login_failures).values(subject=subject, at=at))

    async def count_failures(self, subject: str, since: datetime) -> int:
        query = (
            select(func.count())
            .select_from(login_failures)
            .where(login_failures.c.subject == subject, login_failures.c.at >= since)
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def forget_failures(self, subject: str) -> None:
        await self._connection.execute(
            delete(login_failures).where(login_failures.c.subject == subject)
        )
