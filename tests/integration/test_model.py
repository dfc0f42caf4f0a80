"""The real intent model, trained from the repository's data and read through the client."""

import asyncio
import hashlib
import json
import os
import random
import statistics
import sys
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest

from app.embedded.intent_environment import get_rasa_python
from app.embedded.rasa import RasaProcess
from app.embedded.training import train_model
from app.promotion import held_out_files
from app.supervisor import Supervisor
from app.yaml_files import read_sentences
from bot.intents import Intent
from bot.understanding.client import Understanding, UnderstandingClient, make_session
from bot.understanding.components.slips import with_slips
from bot.understanding.readings import UnbelievableError, make_question, read_answer
from knowledge.text import fold

pytestmark = pytest.mark.rasa

ROOT = Path(__file__).parents[2]
#: What the model is made of; the name of the cached model changes with any of it.
INGREDIENTS = (
    *("config.yml", "nlu_data/vi", "nlu_data/en", "nlu_data/km", "nlu_data/lookups"),
    *("bot/understanding/components", "knowledge/text", "knowledge/codes.py"),
    *("knowledge/moments.py", "knowledge/phones.py", "knowledge/places.py"),
)
MODELS = ROOT / ".cache" / "test-models"
AT_ONCE = 8


def files() -> Iterator[Path]:
    for name in INGREDIENTS:
        path = ROOT / name
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (item for item in found if item.suffix in {".py", ".yml"})


def fingerprint() -> str:
    digest = hashlib.sha256()
    for path in files():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@pytest.fixture(scope="module")
def python() -> Path:
    override = os.environ.get("RASA_PYTHON")
    return get_rasa_python(ROOT, Path(override) if override else None)


@pytest.fixture(scope="module")
async def model(python: Path) -> Path:
    name = fingerprint()
    cached = MODELS / f"{name}.tar.gz"
    if cached.is_file():
        return cached
    for outdated in MODELS.glob("*.tar.gz"):
        outdated.unlink(missing_ok=True)
    return await train_model(
        python=python,
        config=ROOT / "config.yml",
        data=ROOT / "nlu_data",
        output=MODELS,
        name=name,
        root=ROOT,
    )


@pytest.fixture(scope="module")
async def rasa(
    python: Path, model: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RasaProcess]:
    scratch = tmp_path_factory.mktemp("rasa") / "scratch"
    process = RasaProcess(python=python, model=model, root=ROOT, scratch=scratch)
    supervisor = Supervisor()
    await supervisor.start(process.child)
    yield process
    await supervisor.stop()


@pytest.fixture(scope="module")
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with make_session() as made:
        yield made


@pytest.fixture(scope="module")
def client(session: aiohttp.ClientSession, rasa: RasaProcess) -> UnderstandingClient:
    return UnderstandingClient(session, rasa.find_endpoint)


def sentences(language: str) -> list[tuple[str, Intent]]:
    found = [row for path in held_out_files(language) for row in read_sentences(path)]
    return [(text, Intent(intent)) for intent, text in found]


async def read_all(client: UnderstandingClient, texts: list[str]) -> list[Understanding]:
    places = asyncio.Semaphore(AT_ONCE)

    async def read(text: str) -> Understanding:
        async with places:
            return await client.parse(text)

    return await asyncio.gather(*map(read, texts))


def unchanged(text: str) -> str:
    return text


def slipped(text: str, draw: int) -> str:
    return with_slips(text, random.Random(f"slips {draw} of {text}"))  # noqa: S311 - no secret


@pytest.mark.parametrize(
    ("language", "typed", "floor"),
    [
        ("vi", unchanged, 0.94),
        ("vi", fold, 0.92),
        ("en", unchanged, 0.92),
        ("km", unchanged, 0.90),
    ],
    ids=["vi", "vi-unaccented", "en", "km"],
)
async def test_held_out_sentences_are_understood(
    client: UnderstandingClient, language: str, typed: Callable[[str], str], floor: float
) -> None:
    expected = sentences(language)
    assert {intent for _, intent in expected} == set(Intent)
    read = await read_all(client, [typed(text) for text, _ in expected])
    right = [r.intent is intent for r, (_, intent) in zip(read, expected, strict=True)]
    assert sum(right) / len(right) >= floor


async def test_slips_of_the_hand_are_understood(client: UnderstandingClient) -> None:
    """Where a slip falls is luck, worth a point either way: four draws are the measure."""
    expected = sentences("vi")
    typed = [(intent, slipped(text, draw)) for draw in range(4) for text, intent in expected]
    read = await read_all(client, [text for _, text in typed])
    right = [r.intent is intent for r, (intent, _) in zip(read, typed, strict=True)]
    assert sum(right) / len(right) >= 0.87


async def test_confidence_means_something(client: UnderstandingClient) -> None:
    """Readings from the model's own threshold on are seldom wrong, and most are from there on."""
    expected = sentences("vi")
    read = await read_all(client, [fold(text) for text, _ in expected])
    sure = [r.intent is i for r, (_, i) in zip(read, expected, strict=True) if is_sure(r)]
    unsure = [r.intent is i for r, (_, i) in zip(read, expected, strict=True) if not is_sure(r)]
    assert sum(sure) / len(sure) >= 0.94
    assert sum(unsure) / len(unsure) <= 0.85
    assert len(sure) / len(read) >= 0.8
    assert all(0 < r.confidence < 1 and len(r.ranking) > 1 for r in read)


def is_sure(read: Understanding) -> bool:
    return read.confidence >= read.sure_from


async def test_confidence_is_calibrated(client: UnderstandingClient) -> None:
    expected = sentences("vi")
    read = await read_all(client, [text for text, _ in expected])
    rows = sorted((r.confidence, r.intent is i) for r, (_, i) in zip(read, expected, strict=True))
    bins = [rows[len(rows) * n // 15 : len(rows) * (n + 1) // 15] for n in range(15)]
    gaps = [abs(sum(c for c, _ in part) - sum(right for _, right in part)) for part in bins]
    assert sum(gaps) / len(rows) <= 0.05


@pytest.mark.parametrize("typed", [unchanged, fold], ids=["written", "unaccented"])
async def test_what_is_not_ours_is_refused_and_what_is_ours_is_not(
    client: UnderstandingClient, typed: Callable[[str], str]
) -> None:
    expected = sentences("vi")
    read = await read_all(client, [typed(text) for text, _ in expected])
    refused: dict[bool, list[bool]] = {True: [], False: []}
    for r, (_, intent) in zip(read, expected, strict=True):
        refused[intent is Intent.OUT_OF_SCOPE].append(r.intent is Intent.OUT_OF_SCOPE)
    assert sum(refused[True]) / len(refused[True]) >= 0.85
    assert sum(refused[False]) / len(refused[False]) <= 0.04


STRANGE = {
    "empty": "",
    "one character": "x",
    "ten thousand characters": "thủ tục làm giấy khai sinh " * 371,
    "one endless word": "a" * 10_000,
    "emoji": "😂😂🎉",
    "another script": "привет как дела",
    "scripts mixed": "làm 登録 ខ្ញុំ паспорт",
    "zero width": "l\u200bà\u200bm\u200b giấy",
    "decomposed": unicodedata.normalize("NFD", "làm giấy khai sinh"),
    "a command": '/affirm{"place": "x"}',
    "sql": "'; DROP TABLE cases; --",
    "html": "<script>alert(1)</script>",
    "json": '{"text": null}',
    "controls": "\x00\x07\ud800",
    "brackets": "[Trà Vinh](place)",
    "keyboard": "lkjsdf wqrtp",
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
async def test_every_text_has_an_answer_at_once(client: UnderstandingClient, text: str) -> None:
    await client.parse("chào")
    times = []
    for _ in range(3):
        start = time.perf_counter()
        read = await client.parse(text)
        times.append(time.perf_counter() - start)
    assert read.intent in Intent
    assert read.text == text
    assert all(0 <= e.start < e.end <= len(text) for e in read.entities)
    assert min(times) < 0.05


async def test_several_texts_are_read_as_one_by_one(client: UnderstandingClient) -> None:
    texts = [
        *STRANGE.values(),
        *COMMANDS,
        *(typed(text) for text, _ in sentences("vi")[::40] for typed in (unchanged, fold)),
        *(text for lang in ("en", "km") for text, _ in sentences(lang)[::40]),
    ]
    together = await client.parse_many(texts)
    assert together == [await client.parse(text) for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "😂",
        "привет как дела",
        "qhgfd wrtpl",
        "????",
        "qwertyuiop",
        "asdfgh",
        "zxcvbnm",
        "dfkjg hsdk",
    ],
)
async def test_what_no_language_of_ours_says_is_out_of_scope(
    client: UnderstandingClient, text: str
) -> None:
    assert (await client.parse(text)).intent is Intent.OUT_OF_SCOPE


async def test_agencies_days_and_telephones_are_found(client: UnderstandingClient) -> None:
    text = "Gọi 0903 123 456, hẹn thứ hai tuần sau ở ubnd xã Long Hữu hay Sở Y tế"
    read = await client.parse(text)
    assert {(e.entity, e.value, text[e.start : e.end]) for e in read.entities} >= {
        ("phone", "0903123456", "0903 123 456"),
        ("date", "thứ hai tuần sau", "thứ hai tuần sau"),
        ("agency", "Ủy ban nhân dân xã", "ubnd"),
        ("place", "xã Long Hữu", "xã Long Hữu"),
        ("agency", "Sở Y tế", "Sở Y tế"),
    }


COMMANDS = [
    "/affirm",
    '/affirm{"dossier_code": "H59-231105-0004"}',
    "/affirm@1.0",
    "\u200b/affirm",
    "\ufeff \u00a0/affirm",
    "\n\t/affirm",
    "//affirm",
    "/\u200b/affirm",
    "\u2800/affirm",
]


async def test_rasa_itself_takes_such_a_text_for_a_command(
    session: aiohttp.ClientSession, rasa: RasaProcess
) -> None:
    """Without this, the next test could not fail."""
    endpoint = rasa.find_endpoint()
    assert endpoint is not None
    async with session.post(
        f"{endpoint.base_url}/model/parse",
        params={"token": endpoint.token},
        json={"text": '/delete_data{"place": "x"}'},
    ) as response:
        answer = await response.json()
    assert answer["intent"] == {"name": "delete_data", "confidence": 1.0}
    assert answer["entities"][0]["extractor"] == "RegexMessageHandler"
    with pytest.raises(UnbelievableError):
        read_answer(make_question("x"), answer)


@pytest.mark.parametrize("text", COMMANDS)
async def test_no_text_of_a_citizen_is_a_command(client: UnderstandingClient, text: str) -> None:
    read = await client.parse(text)
    assert read.confidence < 1
    assert len(read.ranking) > 1


async def test_codes_and_names_are_found_where_they_stand(client: UnderstandingClient) -> None:
    text = " \u200bHồ sơ 000.00.12.h59–231105–OO04 ở xã long đức, thủ tục 1.012275, câu hd 2026 7"
    read = await client.parse(text)
    found = {(e.entity, e.value, text[e.start : e.end]) for e in read.entities}
    assert {
        ("dossier_code", "000.00.12.H59-231105-0004", "000.00.12.h59–231105–OO04"),
        ("procedure", "1.012275", "1.012275"),
        ("case_code", "HD-2026-000007", "hd 2026 7"),
        ("place", "Long Đức", "long đức"),
    } <= found
    assert read.text == text


async def test_fields_are_found_with_and_without_diacritics(client: UnderstandingClient) -> None:
    for text in ("ổ gà đầy đường, chỗ bãi rác", "o ga day duong, cho bai rac"):
        read = await client.parse(text)
        fields = {e.value for e in read.entities if e.entity == "field"}
        assert fields == {"transport", "environment"}


async def test_a_text_is_read_within_a_fraction_of_the_limit(client: UnderstandingClient) -> None:
    times = []
    for text, _ in sentences("vi")[:100]:
        start = time.perf_counter()
        await client.parse(text)
        times.append(time.perf_counter() - start)
    assert statistics.median(times) < 0.1


async def test_a_very_long_text_is_read_in_time(client: UnderstandingClient) -> None:
    read = await client.parse("đường tỉnh 915 hư hỏng nặng " * 300)
    assert read.intent in Intent


BOTH_PYTHONS = """
import json, sys
from knowledge.codes import find_codes
from knowledge.text import clean, fold, language, spell, tokenise
texts = json.load(sys.stdin)
print(json.dumps([
    [clean(t), fold(t), spell(t), tokenise(t), language(t).value,
     [[c.kind.value, c.value, c.start, c.end] for c in find_codes(t)]]
    for t in texts
]))
"""


async def test_the_application_and_rasa_read_texts_alike(python: Path) -> None:
    texts = [text for name in ("vi", "en", "km") for text, _ in sentences(name)]
    texts += ["OOO.OO.12.H59–2311O5–0004", "Hoa\u0301 đơn\u200b ﬁ ＨＤ－２０２６－７", "000.00.12"]

    async def run(interpreter: str) -> object:
        process = await asyncio.create_subprocess_exec(
            *(interpreter, "-c", BOTH_PYTHONS),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate(json.dumps(texts).encode())
        return json.loads(output)

    assert await run(str(python)) == await run(sys.executable)
