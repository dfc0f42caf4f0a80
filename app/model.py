"""The trained intent model: named by the hash of everything it is made from."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from app.data_folder import ROOT, DataFolder
from app.embedded.intent_environment import get_rasa_python
from app.embedded.training import train_model
from app.settings import Settings

#: Models kept besides the new one, to go back to.
_KEPT = 2
#: Holds the name of the model somebody went back to, or that stayed because the new one was worse.
_CHOSEN = "chosen"
_SOURCES = (
    "config.yml",
    "nlu_data/vi",
    "nlu_data/en",
    "nlu_data/km",
    # The lexicons beside these serve the search and are read at each start.
    "nlu_data/lookups/agencies.yml",
    "nlu_data/lookups/fields.yml",
    "nlu_data/lookups/places.yml",
    "bot/understanding/components",
    "knowledge/text",
    "knowledge/codes.py",
    "knowledge/moments.py",
    "knowledge/phones.py",
    "knowledge/places.py",
    "requirements-rasa.lock",
)


def _files(root: Path) -> Iterator[Path]:
    for source in _SOURCES:
        path = root / source
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (item for item in found if item.suffix in {".yml", ".py", ".lock"})


def model_name(root: Path = ROOT) -> str:
    """`nlu-<hash>`: the same sources always have the same name."""
    digest = hashlib.sha256()
    for path in _files(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)} {len(content)}\n".encode())
        digest.update(content)
    return f"nlu-{digest.hexdigest()[:16]}"


def find_model(folder: DataFolder) -> Path | None:
    """The model that was chosen, else that of today's data, else the newest there is."""
    if chosen := _find_chosen(folder):
        return chosen
    wanted = _todays(folder)
    if wanted.is_file():
        return wanted
    return next(reversed(_by_age(folder)), None)


def choose(folder: DataFolder, model: Path | None) -> None:
    """Stay with this model whatever else is trained; None: take that of today's data again."""
    note = folder.models / _CHOSEN
    if model is None:
        note.unlink(missing_ok=True)
    else:
        note.write_text(model.name, "utf-8")


def _find_chosen(folder: DataFolder) -> Path | None:
    note = folder.models / _CHOSEN
    if not note.is_file():
        return None
    model = folder.models / note.read_text("utf-8").strip()
    return model if model.parent == folder.models and model.is_file() else None


def find_model_before(folder: DataFolder, model: Path) -> Path | None:
    """The newest model that is older than this one."""
    made = model.stat().st_mtime_ns
    older = [path for path in _by_age(folder) if path.stat().st_mtime_ns < made]
    return older[-1] if older else None


def _by_age(folder: DataFolder) -> list[Path]:
    return sorted(folder.models.glob("nlu-*.tar.gz"), key=lambda path: path.stat().st_mtime_ns)


def is_current(model: Path) -> bool:
    return model.name == f"{model_name()}.tar.gz"


def is_trained(folder: DataFolder) -> bool:
    """Whether there is a model of today's data, in use or not."""
    return _todays(folder).is_file()


def _todays(folder: DataFolder) -> Path:
    return folder.models / f"{model_name()}.tar.gz"


async def train(settings: Settings, folder: DataFolder) -> Path:
    """Train from today's data.

    Raises:
        EmbeddedRasaError: no environment with Rasa, or the training failed.
    """
    in_use = find_model(folder)
    override = Path(settings.rasa_python) if settings.rasa_python else None
    model = await train_model(
        python=get_rasa_python(ROOT, override),
        config=ROOT / "config.yml",
        data=ROOT / "nlu_data",
        output=folder.models,
        name=model_name(),
        root=ROOT,
    )
    _forget_old(folder, {model, in_use})
    return model


def _forget_old(folder: DataFolder, needed: set[Path | None]) -> None:
    others = [path for path in _by_age(folder) if path not in needed]
    for path in others[:-_KEPT]:
        path.unlink()
