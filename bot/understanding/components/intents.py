"""The intent classifier inside Rasa."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.understanding.components.mark import MARK, MARK_VALUE, SURE_FROM
from bot.understanding.components.sentences import SentenceModel


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceClassifier(IntentClassifier, GraphComponent):
    """Reads a whole sentence, with or without diacritics, as one of the intents."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`strength`: how closely the machine follows the training sentences (C of the SVM)."""
        return {"strength": 2.0, "ranking_length": 10}

    @staticmethod
    def required_packages() -> List[Text]:
        return ["sklearn"]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - the signature is of Rasa
    ) -> SentenceClassifier:
        return cls(config, model_storage, resource)

    def __init__(
        self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._model = SentenceModel(self._config["strength"])

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        self._model.train([e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples])
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - the signature is of Rasa
        **_kwargs: Any,
    ) -> SentenceClassifier:
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model.load(folder)
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking = [
                {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
                for name, confidence in self._model.rank(message.get(TEXT) or "")
            ][: self._config["ranking_length"]]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(MARK, MARK_VALUE, add_to_output=True)
            message.set(SURE_FROM, self._model.calibration.sure_from, add_to_output=True)
        return messages
