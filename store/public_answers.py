"""What the public pages need beside the published documents: what is gone, and what helped."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import publication_votes, publications


@dataclass(frozen=True, slots=True)
class Votes:
    helpful: int = 0
    unhelpful: int = 0


async def gone_numbers(connection: AsyncConnection) -> frozenset[int]:
    """Numbers readers saw once and see no longer, in any language."""
    query = select(publications.c.number).group_by(publications.c.number)
    query = query.having(
        func.bool_and(publications.c.live.is_(None)),
        func.bool_or(publications.c.taken_down_at.is_not(None)),
    )
    return frozenset((await connection.execute(query)).scalars())


async def all_votes(connection: AsyncConnection) -> dict[str, Votes]:
    """Publication id → what its readers said."""
    table = publication_votes
    query = select(
        table.c.publication_id,
        func.sum(table.c.helpful).label("helpful"),
        func.sum(table.c.unhelpful).label("unhelpful"),
    ).group_by(table.c.publication_id)
    found = await connection.execute(query)
    return {row.publication_id: Votes(int(row.helpful), int(row.unhelpful)) for row in found}
