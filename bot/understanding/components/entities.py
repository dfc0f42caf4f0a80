"""The entity extractor inside Rasa: codes and days by their shape, names by the lookup files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.understanding.components.phrases import Found, Name, Phrases, read_names
from knowledge.codes import CodeKind, find_codes
from knowledge.moments import find_moments
from knowledge.phones import find_phones
from knowledge.places import find_places

_ENTITY_OF_CODE = {
    CodeKind.DOSSIER: "dossier_code",
    CodeKind.CASE: "case_code",
    CodeKind.PROCEDURE: "procedure",
    CodeKind.MALFORMED: "malformed_code",
}
#: Training runs in a folder of its own, so paths are seen from the repository.
_ROOT = Path(__file__).resolve().parents[3]
_NAMES_FILE = "names.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class CodesAndNames(GraphComponent, EntityExtractorMixin):
    """Values are normalised, offsets are those of the text as it came."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`lookups`: folder, seen from the repository; `files`: file stem → entity."""
        return {
            "lookups": "nlu_data/lookups",
            "files": {
                "agencies": "agency",
                "fields": "field",
                "places": "place",
                "procedures": "procedure",
            },
        }

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """The lookup files are not part of the training data Rasa watches."""
        digest = hashlib.sha256()
        for stem in sorted(config["files"]):
            path = _ROOT / config["lookups"] / f"{stem}.yml"
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - the signature is of Rasa
    ) -> CodesAndNames:
        return cls(config, model_storage, resource, [])

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        names: List[Name],
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._phrases = Phrases(names)

    def train(self, training_data: TrainingData) -> Resource:  # noqa: ARG002 - the signature is of Rasa
        names = read_names(_ROOT / self._config["lookups"], self._config["files"])
        self._phrases = Phrases(names)
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _NAMES_FILE).write_text(json.dumps(names, ensure_ascii=False), "utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - the signature is of Rasa
        **_kwargs: Any,
    ) -> CodesAndNames:
        with model_storage.read_from(resource) as folder:
            rows = json.loads((folder / _NAMES_FILE).read_text("utf-8"))
        return cls(config, model_storage, resource, [Name(*row) for row in rows])

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            entities = self.add_extractor_name(self._entities(message.get(TEXT) or ""))
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def _entities(self, text: Text) -> List[Dict[Text, Any]]:
        found: List[Found] = []
        known = self._phrases.find(text)
        for several in (_codes(text), _phones(text), _moments(text), known, _places(text)):
            found += [one for one in several if not _overlaps(one, found)]
        return [
            {
                ENTITY_ATTRIBUTE_TYPE: one.entity,
                ENTITY_ATTRIBUTE_VALUE: one.value,
                ENTITY_ATTRIBUTE_START: one.start,
                ENTITY_ATTRIBUTE_END: one.end,
            }
            for one in sorted(found, key=lambda one: one.start)
        ]


def _codes(text: Text) -> List[Found]:
    return [Found(_ENTITY_OF_CODE[c.kind], c.value, c.start, c.end) for c in find_codes(text)]


def _phones(text: Text) -> List[Found]:
    return [Found("phone", phone.value, phone.start, phone.end) for phone in find_phones(text)]


def _moments(text: Text) -> List[Found]:
    return [Found("date", day.value, day.start, day.end) for day in find_moments(text)]


def _places(text: Text) -> List[Found]:
    return [Found("place", place.value, place.start, place.end) for place in find_places(text)]


def _overlaps(one: Found, others: List[Found]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)
