"""Where the intent model of this installation answers now.

The supervisor starts it on a new port with a new token each time and writes both into a file only
the owner may read; the worker and the batch tools look there.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

from app.data_folder import DataFolder
from app.embedded.rasa import RasaEndpoint
from app.settings import Settings

_NAME = "rasa.json"


def publish(folder: DataFolder, endpoint: RasaEndpoint | None) -> None:
    """Say where it answers, or that it does not."""
    path = folder.run / _NAME
    if endpoint is None:
        path.unlink(missing_ok=True)
        return
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"base_url": endpoint.base_url, "token": endpoint.token}, file)
    fresh.replace(path)


class EndpointFinder:
    """The fixed address of the settings, else the file's, read again when it changed."""

    def __init__(self, settings: Settings, folder: DataFolder) -> None:
        self._fixed = (
            RasaEndpoint(settings.rasa_url, settings.rasa_token) if settings.rasa_url else None
        )
        self._path: Path = folder.run / _NAME
        self._stamp: tuple[int, int] | None = None
        self._found: RasaEndpoint | None = None

    def find(self) -> RasaEndpoint | None:
        if self._fixed is not None:
            return self._fixed
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._stamp = self._found = None
            return None
        stamp = (stat.st_mtime_ns, stat.st_ino)
        if stamp != self._stamp:
            self._found = _read(self._path)
            self._stamp = stamp
        return self._found


def _read(path: Path) -> RasaEndpoint | None:
    try:
        found = json.loads(path.read_text())
        return RasaEndpoint(found["base_url"], found["token"])
    except (OSError, ValueError, KeyError):
        return None


#: For clients that ask before each call.
FindEndpoint = Callable[[], RasaEndpoint | None]
