"""The peer of the burst: Rasa's own REST channel with its SQL tracker, on the same database."""

import asyncio
import os
import shutil
import subprocess
import time
from pathlib import Path

import aiohttp
import yaml

from bot.intents import Intent
from tests.bench.load import TEXTS
from tests.bench.service import ROOT, free_port

PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


Policies = list[dict[str, object]]
#: The least a dialogue can do with: fixed rules and no model of the conversation.
RULES_ONLY: Policies = [{"name": "RulePolicy"}]
#: Those that `rasa init` writes (3.6.21).
DEFAULT: Policies = [
    {"name": "MemoizationPolicy"},
    {"name": "RulePolicy"},
    {
        "name": "UnexpecTEDIntentPolicy",
        "max_history": 5,
        "epochs": 100,
    },
    {
        "name": "TEDPolicy",
        "max_history": 5,
        "epochs": 100,
        "constrain_similarities": True,
    },
]


def make_project(folder: Path, database: dict[str, str], policies: Policies) -> None:
    """An assistant with our pipeline and intents, and one fixed reply for each."""
    folder.mkdir(parents=True)
    intents = [intent.value for intent in Intent]
    shutil.copytree(ROOT / "nlu_data", folder / "nlu_data")
    config = yaml.safe_load((ROOT / "config.yml").read_text())
    config["policies"] = policies
    _dump(folder / "config.yml", config)
    _dump(
        folder / "domain.yml",
        {
            "version": "3.1",
            "intents": intents,
            "responses": {f"utter_{name}": [{"text": f"reply {name}"}] for name in intents},
        },
    )
    rules = [{"rule": name, "steps": _step(name)} for name in intents]
    stories = [
        {"story": f"greet, then {name}", "steps": [*_step("greet"), *_step(name)]}
        for name in intents
    ]
    talks = {"version": "3.1", "rules": rules, "stories": stories}
    _dump(folder / "nlu_data" / "vi" / "talks.yml", talks)
    tracker = {"type": "SQL", "dialect": "postgresql", **database}
    _dump(folder / "endpoints.yml", {"tracker_store": tracker})
    _dump(folder / "credentials.yml", {"rest": None})


def _step(name: str) -> list[dict[str, str]]:
    return [{"intent": name}, {"action": f"utter_{name}"}]


def _dump(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False))


def _environment() -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/tmp"),
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "LOG_LEVEL": "ERROR",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def train(folder: Path) -> None:
    command = [str(PYTHON), "-W", "ignore", "-m", "rasa", "train", "--data", "nlu_data"]
    subprocess.run(command, cwd=folder, env=_environment(), check=True, capture_output=True)


class RasaPeer:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(PYTHON), "-W", "ignore", "-m", "rasa", "run", "--port", str(self._port)]
        log = (self._folder / "peer.log").open("wb")
        self._process = subprocess.Popen(
            command, cwd=self._folder, env=_environment(), stdout=log, stderr=log
        )

    async def burst(self, messages: int, people: int, at_once: int = 16) -> float:
        """Messages a second; the answer stands in the HTTP response."""
        url = f"http://127.0.0.1:{self._port}/webhooks/rest/webhook"
        async with aiohttp.ClientSession() as session:
            await self._until_ready(session, url)
            # New citizens each time: the tracker of a long talk is slower.
            base = time.monotonic_ns()
            work = iter(
                [
                    {
                        "sender": f"peer{base}-{n % people}",
                        "message": TEXTS[(n + n // people) % len(TEXTS)],
                    }
                    for n in range(messages)
                ]
            )

            async def citizen() -> None:
                for message in work:
                    async with session.post(url, json=message) as response:
                        assert await response.json(), "no answer"

            started = time.monotonic()
            await asyncio.gather(*(citizen() for _ in range(at_once)))
            return messages / (time.monotonic() - started)

    async def _until_ready(self, session: aiohttp.ClientSession, url: str) -> None:
        for _ in range(240):
            try:
                async with session.post(url, json={"sender": "warm", "message": "xin chào"}) as got:
                    if got.status == 200 and await got.json():
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.5)
        raise RuntimeError(f"the peer did not start, see {self._folder}/peer.log")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
