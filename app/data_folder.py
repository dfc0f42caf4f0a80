"""The folder of this installation: database, models, keys, and what running processes say."""

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.settings import Secret, Settings

#: The checkout: configuration of the pipeline, training data, components.
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class DataFolder:
    path: Path

    @property
    def models(self) -> Path:
        return self.path / "models"

    @property
    def run(self) -> Path:
        """What running processes leave for each other; only the owner may read it."""
        folder = self.path / "run"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        return folder

    @property
    def secret_key(self) -> Path:
        return self.path / "secret.key"


def open_folder(settings: Settings) -> DataFolder:
    folder = DataFolder(settings.data.absolute())
    # Others may pass (the database runs as a user of its own) but not look around.
    folder.path.mkdir(mode=0o711, parents=True, exist_ok=True)
    return folder


def read_keys(settings: Settings, folder: DataFolder) -> list[str]:
    """Fernet keys, the first encrypts; without a setting one is made once in the folder."""
    texts = settings.secret_keys or (_own_key(folder.secret_key),)
    return [derive_key(text) for text in texts]


def _own_key(path: Path) -> Secret:
    if not path.exists():
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            # Two processes may start at once: the first one's key is kept.
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return Secret(path.read_text().strip())


def derive_key(text: str) -> str:
    """A Fernet key from any long random text, always the same one."""
    found = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hoidap storage").derive(
        text.encode()
    )
    return base64.urlsafe_b64encode(found).decode()
