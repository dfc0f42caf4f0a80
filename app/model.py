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
    "requirements-rasa.lock",
)


def _files() -> Iterator[Path]:
    for source in _SOURCES:
        path = ROOT / source
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (item for item in found if item.suffix in {".yml", ".py", ".lock"})


def model_name() -> str:
    """`nlu-<hash>`: the same sources always have the same name."""
    digest = hashlib.sha256()
    for path in _files():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode())
        digest.update(content)
    return f"nlu-{digest.hexdigest()[:16]}"


def find_model(folder: DataFolder) -> Path | None:
    """The model of today's data, else the newest there is."""
    wanted = folder.models / f"{model_name()}.tar.gz"
    if wanted.is_file():
        return wanted
    found = sorted(folder.models.glob("nlu-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def is_current(model: Path) -> bool:
    return model.name == f"{model_name()}.tar.gz"


async def train(settings: Settings, folder: DataFolder) -> Path:
    """Train from today's data.

    Raises:
        EmbeddedRasaError: no environment with Rasa, or the training failed.
    """
    override = Path(settings.rasa_python) if settings.rasa_python else None
    model = await train_model(
        python=get_rasa_python(ROOT, override),
        config=ROOT / "config.yml",
        data=ROOT / "nlu_data",
        output=folder.models,
        name=model_name(),
        root=ROOT,
    )
    _forget_old(folder, model)
    return model


def _forget_old(folder: DataFolder, model: Path) -> None:
    others = [path for path in folder.models.glob("nlu-*.tar.gz") if path != model]
    others.sort(key=lambda path: path.stat().st_mtime)
    for path in others[:-_KEPT]:
        path.unlink()
