"""A citizen, the bot, and the real database between them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.conversations import LazyRouter, make_guard
from bot.guard import Guard
from bot.knowledge_holder import KnowledgeHolder
from bot.office import Office
from bot.replies import Replies
from bot.turn import TurnRunner
from knowledge.search.index import Index
from store.unit_of_work import Store
from tests.scenario.chat import Chat, Clock, ScriptedModel
from tests.scenario.province import FAQS, LIMITS, demo_rules

ROOT = Path(__file__).parents[2]


def _lines(name: str) -> list[dict[str, object]]:
    folder = "base_data" if name in {"hotlines", "office_hours"} else "demo_data"
    path = ROOT / "app" / folder / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _dossier(serial: str, status: int) -> dict[str, object]:
    return {"code": f"000.00.12.H59-231105-{serial}", "status": str(status)}


async def _seed(store: Store) -> None:
    async with store.work() as work:
        for name in ("procedures", "agencies", "hotlines", "office_hours"):
            await work.catalogue.save(name, _lines(name), work.clock())
        await work.catalogue.save("faqs", FAQS, work.clock())
        dossiers = [_dossier("0001", 1), _dossier("0004", 4), _dossier("0005", 5)]
        await work.catalogue.save("dossiers", [*dossiers, _dossier("0009", 9)], work.clock())
        await work.catalogue.save_rules(demo_rules())
        await work.commit()


@pytest.fixture(scope="session")
def replies() -> Replies:
    return Replies()


@pytest.fixture(scope="session")
def guard() -> Guard:
    return make_guard()


@pytest.fixture(scope="session")
def router() -> LazyRouter:
    return LazyRouter()


@pytest.fixture
async def chat(
    store: Store, replies: Replies, guard: Guard, router: LazyRouter
) -> AsyncIterator[Chat]:
    clock = Clock()
    store.clock = clock
    await _seed(store)
    holder = KnowledgeHolder(store, lambda procedures, faqs: Index(procedures, faqs, {}))
    await holder.reload()
    model = ScriptedModel()
    office = Office(
        name={"vi": "Cổng thông tin tỉnh Vĩnh Long", "en": "Vinh Long Portal", "km": "វិញឡុង"},
        public_url="https://vinhlong.example",
    )
    runner = TurnRunner(
        store=store,
        understanding=model,
        knowledge=holder,
        replies=replies,
        limits=LIMITS,
        guard=guard,
        office=office,
        propose=router.propose,
    )
    async with store.engine.connect() as connection:
        yield Chat(store, runner, connection, clock, model)
