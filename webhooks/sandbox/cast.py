"""The people of the sandbox, what they can send, and the words of its pages."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from delivery.messages import AttachmentKind, ChannelName
from webhooks.sandbox.acts import APPS, Act, ActKind
from webhooks.sandbox.screens import Media

HERE = Path(__file__).parent
MEDIA = HERE / "media"
LANGUAGES = ("vi", "en")

#: One language's words, nested by topic.
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Citizen:
    id: str
    name: str
    user_ids: Mapping[ChannelName, str]
    about: Mapping[str, str]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """Everything from the data files; built once at start."""

    citizens: tuple[Citizen, ...]
    props: Mapping[str, Any]
    words: Mapping[str, Words]

    def citizen(self, citizen_id: str) -> Citizen:
        """The first one when the id is not known."""
        found = (citizen for citizen in self.citizens if citizen.id == citizen_id)
        return next(found, self.citizens[0])

    def find_photo(self, photo_id: str) -> dict[str, Any] | None:
        return next((item for item in self.props["photos"] if item["id"] == photo_id), None)


def load_cast() -> Cast:
    """Read the files of this package."""
    props = _read("cast")
    citizens = tuple(_citizen(item) for item in props["citizens"])
    return Cast(citizens, props, {lang: _read(lang) for lang in LANGUAGES})


def _read(name: str) -> dict[str, Any]:
    path = HERE / "texts" / f"{name}.yml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _citizen(item: dict[str, Any]) -> Citizen:
    user_ids = {channel: item[channel.value] for channel in APPS}
    return Citizen(item["id"], item["name"], user_ids, item["about"], tuple(item["questions"]))


class Props:
    """Makes the acts that need more than words. `media_url` is where our service fetches them."""

    def __init__(self, cast: Cast, channel: ChannelName, media_url: str) -> None:
        self._cast = cast
        self._channel = channel
        self._media_url = media_url.rstrip("/")

    def find_photo(self, photo_id: str) -> Act | None:
        found = self._cast.find_photo(photo_id)
        if found is None:
            return None
        return Act(ActKind.PHOTO, media=self._media(AttachmentKind.IMAGE, found["file"]))

    def sticker(self) -> Act:
        prop = self._cast.props["sticker"]
        url = f"{self._media_url}/{prop['file']}"
        media = Media(AttachmentKind.STICKER, url, prop[self._channel.value])
        return Act(ActKind.STICKER, media=media)

    def voice(self) -> Act:
        name = self._cast.props["voice"]["file"]
        return Act(ActKind.VOICE, media=self._media(AttachmentKind.AUDIO, name))

    def document(self) -> Act:
        name = self._cast.props["document"]["file"]
        content = (MEDIA / name).read_bytes()
        checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
        media = self._media(AttachmentKind.FILE, name)
        return Act(ActKind.FILE, media=media, size=len(content), checksum=checksum)

    def place(self, lang: str) -> Act:
        prop = self._cast.props["places"][0]
        name = prop["name"][lang]
        media = Media(AttachmentKind.LOCATION, name=name)
        latitude, longitude = prop["latitude"], prop["longitude"]
        return Act(ActKind.PLACE, media=media, latitude=latitude, longitude=longitude)

    def _media(self, kind: AttachmentKind, name: str) -> Media:
        return Media(kind, f"{self._media_url}/{name}", name)
