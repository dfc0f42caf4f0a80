"""Training and serving a small model with the real Rasa."""

import asyncio
import hashlib
import logging
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

import aiohttp
import pytest

from app.embedded.errors import EmbeddedRasaError
from app.embedded.intent_environment import find_rasa_python, get_rasa_python
from app.embedded.rasa import RasaEndpoint, RasaProcess
from app.embedded.training import train_model
from app.supervisor import Backoff, Child, ChildNotReadyError, Supervisor

ROOT = Path(__file__).parents[2]
MEMORY_LIMIT_KB = 700 * 1024
CONFIG = """
recipe: default.v1
assistant_id: trial
language: vi
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: LogisticRegressionClassifier
policies: []
"""
DATA = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - xin chào
    - chào bạn
    - chào buổi sáng
- intent: ask_procedure
  examples: |
    - thủ tục làm khai sinh
    - cách làm căn cước
    - làm sổ đỏ cần gì
- intent: goodbye
  examples: |
    - tạm biệt
    - hẹn gặp lại
    - thôi nhé
"""


@pytest.fixture(scope="module")
def python() -> Path:
    override = os.environ.get("RASA_PYTHON")
    return get_rasa_python(ROOT, Path(override) if override else None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("nlu")
    (made / "config.yml").write_text(CONFIG)
    (made / "data.yml").write_text(DATA)
    return made


@pytest.fixture(scope="module")
async def model(python: Path, folder: Path) -> Path:
    return await train_model(
        python=python,
        config=folder / "config.yml",
        data=folder / "data.yml",
        output=folder / "models",
        name="trial",
        root=ROOT,
    )


@pytest.fixture(scope="module")
async def supervisor() -> AsyncIterator[Supervisor]:
    made = Supervisor()
    yield made
    await made.stop()


@pytest.fixture(scope="module")
async def rasa(python: Path, model: Path, folder: Path, supervisor: Supervisor) -> RasaProcess:
    process = RasaProcess(python=python, model=model, root=ROOT, scratch=folder / "scratch")
    await supervisor.start(process.child)
    return process


def endpoint_of(rasa: RasaProcess) -> RasaEndpoint:
    endpoint = rasa.find_endpoint()
    assert endpoint is not None
    return endpoint


async def status_of(method: str, address: str) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, address, json={"text": "xin chào"}) as response,
    ):
        return response.status


def process_file(supervisor: Supervisor, name: str) -> bytes:
    return Path(f"/proc/{supervisor.status()['rasa'].pid}/{name}").read_bytes()


def listening_addresses(port: int) -> set[str]:
    """Addresses in the kernel's notation that listen on this port."""
    sockets = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    lines = [line.split() for line in sockets.splitlines() if f":{port:04X} 0" in line]
    return {line[1].rpartition(":")[0] for line in lines if line[3] == "0A"}


async def parse(rasa: RasaProcess, text: str) -> dict[str, object]:
    endpoint = endpoint_of(rasa)
    address = f"{endpoint.base_url}/model/parse?token={endpoint.token}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, json={"text": text}) as response,
    ):
        assert response.status == 200
        answer: dict[str, object] = await response.json()
        return answer


async def test_the_trained_model_understands(rasa: RasaProcess) -> None:
    answer = await parse(rasa, "thủ tục khai sinh")
    intent = answer["intent"]
    assert isinstance(intent, dict)
    assert intent["name"] == "ask_procedure"


async def ask_many(rasa: RasaProcess, body: object) -> tuple[int, object]:
    endpoint = endpoint_of(rasa)
    address = f"{endpoint.base_url}/model/parse_many?token={endpoint.token}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, json=body) as response,
    ):
        return response.status, await response.json()


async def test_several_texts_have_the_answers_they_have_alone(rasa: RasaProcess) -> None:
    texts = ["thủ tục khai sinh", "", "/greet", "chào", "x" * 3000, "👍"] * 5
    status, answers = await ask_many(rasa, {"texts": texts})
    assert status == 200
    assert answers == [await parse(rasa, text) for text in texts]
    assert await ask_many(rasa, {"texts": []}) == (200, [])


@pytest.mark.parametrize("body", [[], {}, {"texts": "x"}, {"texts": [1]}, {"texts": ["x"] * 257}])
async def test_what_is_no_list_of_texts_is_refused(rasa: RasaProcess, body: object) -> None:
    assert (await ask_many(rasa, body))[0] == 400


@pytest.mark.parametrize("query", ["", "?token=", "?token=guess"])
async def test_without_the_token_nothing_is_answered(rasa: RasaProcess, query: str) -> None:
    base = endpoint_of(rasa).base_url
    assert await status_of("POST", f"{base}/model/parse{query}") == 401
    assert await status_of("POST", f"{base}/model/parse_many{query}") == 401
    assert await status_of("GET", f"{base}/status{query}") == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/version"),
        ("GET", "/domain"),
        ("PUT", "/model"),
        ("DELETE", "/model"),
        ("POST", "/model/train"),
        ("POST", "/webhooks/rest/webhook"),
        ("GET", "/conversations/default/tracker"),
    ],
)
async def test_the_rest_of_the_api_is_not_there(rasa: RasaProcess, method: str, path: str) -> None:
    endpoint = endpoint_of(rasa)
    assert await status_of(method, f"{endpoint.base_url}{path}?token={endpoint.token}") == 404


async def test_the_token_is_in_no_process_list(rasa: RasaProcess, supervisor: Supervisor) -> None:
    token = endpoint_of(rasa).token.encode()
    command = process_file(supervisor, "cmdline")
    assert b"rasa_launcher.py" in command
    assert token not in command + process_file(supervisor, "environ")
    assert token.decode() not in repr(endpoint_of(rasa))


async def test_secrets_of_the_application_are_not_passed_on(
    rasa: RasaProcess, supervisor: Supervisor
) -> None:
    environment = process_file(supervisor, "environ")
    names = {entry.split(b"=")[0] for entry in environment.split(b"\0") if entry}
    assert b"HOME" in names
    assert not {name for name in names if name.startswith((b"ZALO", b"FACEBOOK", b"HOIDAP"))}


async def test_it_listens_on_loopback_only(rasa: RasaProcess) -> None:
    port = int(endpoint_of(rasa).base_url.rsplit(":", maxsplit=1)[1])
    assert listening_addresses(port) == {"0100007F"}


async def test_no_web_page_may_read_its_answers(rasa: RasaProcess) -> None:
    endpoint = endpoint_of(rasa)
    address = f"{endpoint.base_url}/status?token={endpoint.token}"
    for method in ("GET", "OPTIONS"):
        async with (
            aiohttp.ClientSession(headers={"Origin": "https://example.org"}) as session,
            session.request(method, address) as response,
        ):
            assert "Access-Control-Allow-Origin" not in response.headers


async def test_texts_of_citizens_stay_out_of_the_log(
    rasa: RasaProcess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "hoidap.child")
    for text in ("số điện thoại 0912345678", '/greet{"phone": 0912345678', "0912345678 " * 400):
        await parse(rasa, text)
    await asyncio.sleep(0.3)
    assert "0912345678" not in caplog.text


async def test_memory_and_speed_are_modest(rasa: RasaProcess, supervisor: Supervisor) -> None:
    began = monotonic()
    for number in range(200):
        await parse(rasa, f"xin chào {number}")
    assert (monotonic() - began) / 200 < 0.05
    status = process_file(supervisor, "status").decode()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    assert int(resident.split()[1]) < MEMORY_LIMIT_KB


async def test_the_same_data_give_the_same_answers(
    rasa: RasaProcess, python: Path, folder: Path, model: Path, supervisor: Supervisor
) -> None:
    """A killed model comes back on its own; by then it is a second training of the same data."""
    texts = ("chào", "làm căn cước cần gì", "thôi tạm biệt nhé", "mưa")
    before = [await parse(rasa, text) for text in texts]
    first = endpoint_of(rasa)
    again = await train_model(
        python=python,
        config=folder / "config.yml",
        data=folder / "data.yml",
        output=folder / "models",
        name="trial",
        root=ROOT,
    )
    assert again == model
    pid = supervisor.status()["rasa"].pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    end = monotonic() + 40
    while rasa.find_endpoint() in {None, first}:
        assert monotonic() < end
        await asyncio.sleep(0.1)
    assert endpoint_of(rasa).token != first.token
    assert [await parse(rasa, text) for text in texts] == before


async def test_a_model_that_is_no_model_is_reported(
    python: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"not an archive")
    caplog.set_level(logging.INFO)
    process = RasaProcess(python=python, model=broken, root=ROOT, scratch=tmp_path / "scratch")
    once = Backoff(first=30)
    supervisor = Supervisor()
    with pytest.raises(ChildNotReadyError, match="rasa did not start"):
        await supervisor.start(_impatient(process, once))
    assert process.find_endpoint() is None
    assert "broken.tar.gz does not load" in caplog.text
    assert "run `hoidap train`" in caplog.text
    assert "Traceback" not in caplog.text, "it is said at each try"


def _impatient(process: RasaProcess, backoff: Backoff) -> Child:
    return replace(process.child, backoff=backoff, give_up_start_after=1)


async def test_a_missing_model_says_what_to_do(python: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "none.tar.gz"
    process = RasaProcess(python=python, model=nowhere, root=ROOT, scratch=tmp_path / "scratch")
    with pytest.raises(ChildNotReadyError, match="hoidap train"):
        await Supervisor().start(_impatient(process, Backoff()))


def fingerprint(model: Path) -> str:
    return hashlib.sha256(model.read_bytes()).hexdigest()


async def test_failed_training_says_why_and_leaves_the_model(
    python: Path, folder: Path, model: Path, tmp_path: Path
) -> None:
    before = fingerprint(model)
    empty = tmp_path / "data.yml"
    empty.write_text('version: "3.1"\nnlu: []\n')
    with pytest.raises(EmbeddedRasaError, match="Training failed"):
        await train_model(
            python=python,
            config=folder / "config.yml",
            data=empty,
            output=folder / "models",
            name="trial",
            root=ROOT,
        )
    assert fingerprint(model) == before


def test_without_an_environment_it_says_what_to_do(tmp_path: Path) -> None:
    assert find_rasa_python(tmp_path, tmp_path / "bin" / "python3.10") is None
    with pytest.raises(EmbeddedRasaError, match="make setup"):
        get_rasa_python(tmp_path)
