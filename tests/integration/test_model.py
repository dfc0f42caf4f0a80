"""The real intent model, trained from the repository's data and read through the client."""

import asyncio
import hashlib
import json
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
import yaml

from app.embedded.intent_environment import get_rasa_python
from app.embedded.rasa import RasaProcess
from app.embedded.training import train_model
from app.supervisor import Supervisor
from bot.intents import Intent
from bot.understanding.client import Understanding, UnderstandingClient, make_session
from bot.understanding.readings import UnbelievableError, make_question, read_answer
from knowledge.text import fold

pytestmark = pytest.mark.rasa

ROOT = Path(__file__).parents[2]
#: What the model is made of; the name of the cached model changes with any of it.
INGREDIENTS = (
    *("config.yml", "nlu_data/vi", "nlu_data/en", "nlu_data/km", "nlu_data/lookups"),
    *("bot/understanding/components", "knowledge/text", "knowledge/codes.py"),
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
    content = yaml.safe_load((ROOT / "nlu_data" / "test" / f"{language}.yml").read_text("utf-8"))
    return [
        (line.strip().removeprefix("- "), Intent(block["intent"]))
        for block in content["nlu"]
        for line in block["examples"].splitlines()
        if line.strip()
    ]


async def read_all(client: UnderstandingClient, texts: list[str]) -> list[Understanding]:
    places = asyncio.Semaphore(AT_ONCE)

    async def read(text: str) -> Understanding:
        async with places:
            return await client.parse(text)

    return await asyncio.gather(*map(read, texts))


def unchanged(text: str) -> str:
    return text


@pytest.mark.parametrize(
    ("language", "typed", "floor"),
    [
        ("vi", unchanged, 0.85),
        ("vi", fold, 0.80),
        ("en", unchanged, 0.85),
        ("km", unchanged, 0.80),
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


async def test_confidence_means_something(client: UnderstandingClient) -> None:
    """Among the confident readings fewer are wrong than among the others, by far."""
    expected = sentences("vi")
    read = await read_all(client, [fold(text) for text, _ in expected])
    sure = [r.intent is i for r, (_, i) in zip(read, expected, strict=True) if r.confidence >= 0.8]
    unsure = [r.intent is i for r, (_, i) in zip(read, expected, strict=True) if r.confidence < 0.8]
    assert sum(sure) / len(sure) >= 0.93
    assert sum(unsure) / len(unsure) <= 0.85
    assert all(0 < r.confidence < 1 and len(r.ranking) > 1 for r in read)


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
