"""A citizen, the bot, and the real database between them."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from chat import Chat, Clock, ScriptedModel

from bot.guard import Guard, Urgency
from bot.knowledge_holder import KnowledgeHolder
from bot.office import Office
from bot.replies import Replies
from bot.turn import TurnRunner
from casework.cases import CaseKind
from casework.legal_clock import DayUnit, LegalRule
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName
from knowledge.search.index import Index
from store.unit_of_work import Store

ROOT = Path(__file__).parents[2]

LIMITS = {
    ChannelName.ZALO: ChannelLimits(
        text_chars=2000,
        choices=5,
        choice_label_chars=100,
        payload_chars=1000,
        window=timedelta(hours=48),
        human_window=timedelta(days=7),
    ),
    ChannelName.FACEBOOK: ChannelLimits(
        text_chars=1999,
        choices=13,
        choice_label_chars=20,
        payload_chars=1000,
        window=timedelta(hours=24),
        human_window=timedelta(days=7),
    ),
}

FAQS = [
    {
        "id": "gio-lam-viec",
        "lang": "vi",
        "question": "Giờ làm việc của bộ phận một cửa",
        "answer": "Bộ phận một cửa làm việc từ thứ Hai đến thứ Sáu, 7:00–11:00 và 13:00–17:00.",
        "detail": "Chi tiết: nghỉ các ngày lễ theo quy định.",
        "aliases": ["một cửa mở cửa mấy giờ", "mấy giờ một cửa làm việc"],
        "source": "Quy chế một cửa",
        "source_date": "2026-01-05",
    },
    {
        "id": "cu",
        "lang": "vi",
        "question": "Phí cầu đường cũ thu thế nào",
        "answer": "Câu trả lời đã cũ.",
        "valid_until": "2020-01-01",
    },
]


def _lines(name: str) -> list[dict[str, object]]:
    path = ROOT / "app" / "demo_data" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def demo_rules() -> list[LegalRule]:
    return [
        LegalRule(
            id=f"rule-{kind}",
            kind=kind,
            days=10 if kind is CaseKind.REPORT else 15,
            unit=DayUnit.WORKING,
            legal_basis="Mức tạm áp dụng",
            wording={
                "vi": "15 ngày làm việc (tạm áp dụng)",
                "en": "15 working days (provisional)",
                "km": "១៥ ថ្ងៃធ្វើការ",
            },
            valid_from=date(2025, 7, 1),
        )
        for kind in CaseKind
    ]


def _dossier(serial: str, status: int) -> dict[str, object]:
    return {"code": f"000.00.12.H59-231105-{serial}", "status": str(status)}


async def _seed(store: Store) -> None:
    async with store.work() as work:
        for name in ("procedures", "agencies", "hotlines"):
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
    folder = ROOT / "nlu_data" / "guard"
    return Guard(
        {
            urgency: yaml.safe_load((folder / f"{urgency}.yml").read_text(encoding="utf-8"))
            for urgency in Urgency
        }
    )


@pytest.fixture
async def chat(store: Store, replies: Replies, guard: Guard) -> AsyncIterator[Chat]:
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
    )
    async with store.engine.connect() as connection:
        yield Chat(store, runner, connection, clock, model)
