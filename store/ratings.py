"""How citizens found the answers: kept one by one, shown only in numbers of five or more."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.cases import Satisfaction
from store.tables import ratings

#: Fewer would let a unit guess who said what.
_FEWEST = 5


class RatingRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def rate(self, case_id: str, satisfaction: Satisfaction, now: datetime) -> None:
        """The last word counts."""
        rated = insert(ratings).values(case_id=case_id, satisfaction=satisfaction, at=now)
        await self._connection.execute(
            rated.on_conflict_do_update(
                index_elements=["case_id"],
                set_={"satisfaction": satisfaction, "at": now},
            )
        )

    async def totals(self, since: datetime) -> dict[Satisfaction, int]:
        """Empty while fewer than five people rated."""
        query = (
            select(ratings.c.satisfaction, func.count())
            .where(ratings.c.at >= since)
            .group_by(ratings.c.satisfaction)
        )
        found = {Satisfaction(kind): count for kind, count in await self._connection.execute(query)}
        return found if sum(found.values()) >= _FEWEST else {}
