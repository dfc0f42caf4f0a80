"""Understanding: a text alone, lines a second of the batch tools, the longest of bad inputs.

Beside it in the same run: Rasa's own logistic regression, and the library bm25s for the search.
"""

import asyncio
import contextlib
import os
import random
import shutil
import subprocess
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aiohttp

from app.conversations import make_guard, make_index_builder
from app.data_folder import DataFolder
from app.embedded.intent_environment import get_rasa_python
from app.embedded.rasa import RasaEndpoint, RasaProcess
from app.embedded.training import train_model
from app.model import find_model
from app.supervisor import Supervisor
from app.yaml_files import read_sentences
from bot.understanding.client import UnderstandingClient, make_session
from knowledge.search import Index
from knowledge.text import fold
from tests.bench.load import percentile
from tests.bench.report import Report
from tests.bench.service import ROOT, Service
from tests.tools.evaluate_search import SAMPLE, peer, read_procedures, read_sayings

LANGUAGES = ("vi", "en", "km")
AGENCIES = SAMPLE.with_name("agencies.jsonl")
#: Lines the batch tools have answered before the clock starts, and lines in all.
_WARM, _LINES = 200, 4000
_ROUNDS = 5
_PEER = """
recipe: default.v1
assistant_id: peer
language: vi
pipeline:
  - name: WhitespaceTokenizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - {name: CountVectorsFeaturizer, analyzer: char_wb, min_ngram: 1, max_ngram: 4}
  - {name: LogisticRegressionClassifier, random_state: 1}
policies: []
"""


async def measure_understanding(service: Service, folder: Path, report: Report) -> None:
    """`service` is stopped: its model is started alone."""
    load = os.getloadavg()[0]
    texts = _sentences()
    catalogue = Path(os.environ.get("PROCEDURES", SAMPLE))
    await _measure_model(service, folder, texts, report)
    await _measure_lines(service, catalogue, texts, report)
    index = make_index_builder()(read_procedures(catalogue), [])
    _measure_search(index, catalogue, texts, report)
    report.note(f"Understanding was measured at load {load:.1f} to {os.getloadavg()[0]:.1f}.")


def _sentences() -> list[str]:
    """Held-out sentences as written and without diacritics, in one order."""
    texts = [
        text
        for lang in LANGUAGES
        for _, text in read_sentences(ROOT / "nlu_data" / "test" / f"{lang}.yml")
    ]
    texts += [fold(text) for text in texts]
    random.Random(1).shuffle(texts)  # noqa: S311 - an order, no secret
    return texts


async def _measure_model(service: Service, folder: Path, texts: list[str], report: Report) -> None:
    model = find_model(DataFolder(service.data))
    assert model is not None
    async with _served(model, folder) as endpoint, make_session() as session:
        client = UnderstandingClient(session, lambda: endpoint)
        ours = await _each(client.parse, texts)
        longest = await _longest(client)
    peer_model = await _train_peer(folder)
    async with _served(peer_model, folder) as endpoint, aiohttp.ClientSession() as session:

        async def parse(text: str) -> None:
            url, params = f"{endpoint.base_url}/model/parse", {"token": endpoint.token}
            async with session.post(url, params=params, json={"text": text}) as response:
                assert response.status == 200
                await response.read()

        theirs = await _each(parse, texts)
    p50, p99 = (percentile(ours, part) for part in (0.5, 0.99))
    peer = [percentile(theirs, part) for part in (0.5, 0.99)]
    report.add(
        "a text alone, request and entities included"
        " (beside Rasa's logistic regression without entities)",
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms against {peer[0]:.1f} ms, {peer[1]:.1f} ms",
        "p50 ≤ 5 ms",
        good=p50 <= 5,
    )
    name, spent = longest
    report.add(
        "the longest of bad inputs of 10 000 and 100 000 characters: guard and model"
        f" ({name}; best of {_ROUNDS})",
        f"{1000 * spent:.0f} ms",
        "≤ 50 ms",
        good=spent <= 0.05,
    )


@contextlib.asynccontextmanager
async def _served(model: Path, folder: Path) -> AsyncIterator[RasaEndpoint]:
    rasa = RasaProcess(
        python=get_rasa_python(ROOT), model=model, root=ROOT, scratch=folder / "rasa-alone"
    )
    supervisor = Supervisor()
    await supervisor.start(rasa.child)
    try:
        endpoint = rasa.find_endpoint()
        assert endpoint is not None
        yield endpoint
    finally:
        await supervisor.stop()


async def _train_peer(folder: Path) -> Path:
    data, config = folder / "peer-data", folder / "peer-config.yml"
    for lang in LANGUAGES:
        shutil.copytree(ROOT / "nlu_data" / lang, data / lang)
    config.write_text(_PEER)
    return await train_model(
        python=get_rasa_python(ROOT),
        config=config,
        data=data,
        output=folder / "peer-models",
        name="peer",
        root=ROOT,
    )


async def _each(read: Callable[[str], Any], texts: list[str]) -> list[float]:
    """Seconds of each text, one after the other."""
    for text in texts[:_WARM]:
        await read(text)
    spent = []
    for text in texts:
        began = time.perf_counter()
        await read(text)
        spent.append(time.perf_counter() - began)
    return spent


async def _longest(client: UnderstandingClient) -> tuple[str, float]:
    """Everything `hoidap parse` does with a text, by the worst of the bad ones."""
    guard = make_guard()
    found: dict[str, float] = {}
    for size in (10_000, 100_000):
        for name, text in bad_texts(size):
            spent = []
            for _ in range(_ROUNDS):
                began = time.perf_counter()
                guard.check(text)
                await client.parse(text)
                spent.append(time.perf_counter() - began)
            found[f"{name}, {size}"] = min(spent)
    return max(found.items(), key=lambda item: item[1])


def bad_texts(size: int) -> Iterator[tuple[str, str]]:
    """What nobody means, and some do."""
    plain = "thủ tục làm giấy khai sinh cho con ở xã Long Đức mất bao nhiêu tiền "
    pieces = {
        "words": plain,
        "words without diacritics": fold(plain),
        "NFD": unicodedata.normalize("NFD", plain),
        "Khmer": "ខ្ញុំចង់ធ្វើសំបុត្រកំណើត",
        "one letter": "a",
        "drawn-out letters": "ạaaa",
        "digits": "7",
        "almost telephones": "0 9 0 3 1 2 3 ",
        "almost codes": "000.00.12.H59-",
        "almost codes, new order": "a22.22.",
        "almost days": "12/",
        "lunar days": "mùng mười ",
        "emoji": "😂👍",
        "marks upon marks": "e\u0301\u0323\u0302\u0309",
        "zero width": "l\u200bà\u200bm\u200b ",
        "right to left": "\u202eمرحبا بكم ",
        "one sign of eighteen letters": "\ufdfa",
        "Hangul in parts": "\u1112\u1161\u11ab",
        "HTML": "<b>",
        "SQL": "'; DROP TABLE cases; -- ",
        "slashes": "/",
        "line ends": "\n",
        "single letters": "a b ",
    }
    for name, piece in pieces.items():
        yield name, (piece * (size // len(piece) + 1))[:size]
    chance = random.Random(size)  # noqa: S311 - letters, no secret
    scripts = [(32, 0x250), (0x300, 0x370), (0x1780, 0x17FF), (0x4E00, 0x9FFF), (0x1F300, 0x1F6FF)]
    mixed = (chr(chance.randrange(*chance.choice(scripts))) for _ in range(size))
    yield "scripts mixed", "".join(mixed)


async def _measure_lines(
    service: Service, catalogue: Path, texts: list[str], report: Report
) -> None:
    lines = (texts * (_LINES // len(texts) + 1))[:_LINES]
    rows = sum(1 for line in catalogue.read_text("utf-8").splitlines() if line)
    for what, arguments in {
        "parse": [],
        "ask": [],
        f"ask among {rows} procedures of a file": ["--procedures", str(catalogue)],
        "route": ["--agencies", str(AGENCIES)],
    }.items():
        command = what.partition(" ")[0]
        rate = await asyncio.to_thread(_rate, service, [command, "--json", *arguments], lines)
        report.add(
            f"lines a second once warm: {what}", f"{rate:.0f}/s", "≥ 300/s", good=rate >= 300
        )


def _rate(service: Service, arguments: list[str], lines: list[str]) -> float:
    """Answers a second between the first few hundred and the last."""
    source = service.data / "lines.txt"
    source.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    with source.open("rb") as stdin:
        process = subprocess.Popen(
            [str(ROOT / ".venv" / "bin" / "hoidap"), *arguments],
            env=service.environment,
            cwd=ROOT,
            stdin=stdin,
            stdout=subprocess.PIPE,
        )
    assert process.stdout is not None
    began = answered = 0.0
    count = 0
    for count, _ in enumerate(process.stdout, start=1):
        answered = time.monotonic()
        began = answered if count == _WARM else began
    assert (process.wait(), count) == (0, len(lines))
    return (count - _WARM) / (answered - began)


def _measure_search(index: Index, catalogue: Path, texts: list[str], report: Report) -> None:
    procedures = read_procedures(catalogue)
    find = peer(procedures, read_sayings())
    ours = _time_each(lambda text: index.find(text, 5), texts)
    theirs = _time_each(find, texts)
    report.add(
        f"search among {len(procedures)} procedures with their daily names (beside bm25s"
        f" {version('bm25s')} over the same names)",
        f"p50 {percentile(ours, 0.5):.2f} ms, p99 {percentile(ours, 0.99):.2f} ms against"
        f" {percentile(theirs, 0.5):.2f} ms, {percentile(theirs, 0.99):.2f} ms",
    )


def _time_each(find: Callable[[str], object], texts: list[str]) -> list[float]:
    """Seconds of each text."""
    spent = []
    for text in texts:
        began = time.perf_counter()
        find(text)
        spent.append(time.perf_counter() - began)
    return spent
