"""Whether a newly trained model may take the place of the one in use: on the held-out sentences."""

import asyncio
import random
from collections.abc import Callable, Mapping
from pathlib import Path

from app.data_folder import ROOT, DataFolder
from app.embedded.errors import EmbeddedRasaError
from app.model_session import open_one
from app.settings import Settings
from app.yaml_files import read_sentences
from bot.understanding.client import ModelAwayError, UnderstandingClient
from bot.understanding.components.slips import half_bare, with_slips
from knowledge.text import fold

#: Share of right readings by set of sentences.
Shares = Mapping[str, float]

#: What is done to a sentence before it is read; chance makes the slips.
Form = Callable[[str, random.Random], str]

TESTS = ROOT / "nlu_data" / "test"
#: Name, language, and what is done to the sentences: `make eval` measures the same.
SETS: tuple[tuple[str, str, Form], ...] = (
    ("Vietnamese", "vi", lambda text, _: text),
    ("Vietnamese without diacritics", "vi", lambda text, _: fold(text)),
    ("Vietnamese, half of the diacritics", "vi", half_bare),
    ("Vietnamese with slips", "vi", with_slips),
    ("English", "en", lambda text, _: text),
    ("English with slips", "en", with_slips),
    ("Khmer", "km", lambda text, _: text),
)
#: Not the seed the training copies are made with.
_SEED = 11
#: Sentences of one request.
_AT_ONCE = 32
#: Losses that may be chance: over all sets (a few sentences), and on one set of a hundred or two.
_BEARABLE = 0.005
_BEARABLE_ON_ONE = 0.02


async def measure(settings: Settings, folder: DataFolder, model: Path) -> Shares | None:
    """Read the held-out sentences with a model; None when it does not run with today's code."""
    try:
        async with open_one(settings, folder, model) as client:
            return {name: await _share(client, lang, form) for name, lang, form in SETS}
    except (EmbeddedRasaError, ModelAwayError):
        return None


async def runs(settings: Settings, folder: DataFolder, model: Path) -> bool:
    """Whether today's code can use this model; one of another version may be built differently."""
    try:
        async with open_one(settings, folder, model) as client:
            await client.parse("xin chào")
    except (EmbeddedRasaError, ModelAwayError):
        return False
    return True


async def _share(client: UnderstandingClient, lang: str, form: Form) -> float:
    sentences = await asyncio.to_thread(read_set, lang, form)
    right = 0
    for first in range(0, len(sentences), _AT_ONCE):
        part = sentences[first : first + _AT_ONCE]
        read = await client.parse_many([text for _, text in part])
        right += sum(one.intent == intent for one, (intent, _) in zip(read, part, strict=True))
    return right / len(sentences)


def read_set(lang: str, form: Form) -> list[tuple[str, str]]:
    """(intent, sentence), the same each time."""
    chance = random.Random(_SEED)  # noqa: S311 - slips, no secret
    found = [row for path in held_out_files(lang) for row in read_sentences(path)]
    return [(intent, form(text, chance)) for intent, text in found]


def held_out_files(lang: str, folder: Path = TESTS) -> tuple[Path, Path]:
    """Test sentences of those who know the training sentences, and of strangers."""
    return folder / f"{lang}.yml", folder / "strangers" / f"{lang}.yml"


def is_worse(new: Shares, old: Shares) -> bool:
    """Worse on the whole, or far worse on one set, by more than chance does."""
    losses = [old[name] - new[name] for name in old]
    return sum(losses) / len(losses) > _BEARABLE or max(losses) > _BEARABLE_ON_ONE
