"""Reads `openapi.yml`: operations, and what their parameters and bodies may be."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
import yaml

from knowledge.text import clean
from portal.api.problems import BadInputError, Wrong

_FILE = Path(__file__).parent / "openapi.yml"
_METHODS = ("get", "post")
_DIGITS = re.compile(r"[0-9]{1,12}")

#: What a parameter or a property is read to.
Value = str | int | date | None


class Place(StrEnum):
    PATH = "path"
    QUERY = "query"
    #: A property of the JSON body.
    BODY = "body"


class NotAsDescribedError(Exception):
    """A value that its schema does not allow; the text says why."""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: Place
    required: bool
    schema: Mapping[str, Any]

    def read(self, text: str) -> Value:
        """The value.

        Raises:
            NotAsDescribedError: the schema does not allow it.
        """
        if self.schema["type"] == "integer":
            return self._integer(text)
        allowed = self.schema.get("enum")
        if allowed and text not in allowed:
            raise NotAsDescribedError(f"is none of {', '.join(allowed)}")
        self._check_length(text)
        pattern = self.schema.get("pattern")
        if pattern and not re.fullmatch(pattern, text):
            raise NotAsDescribedError(f"does not match {pattern}")
        return _date(text) if self.schema.get("format") == "date" else text

    def _integer(self, text: str) -> int:
        if not _DIGITS.fullmatch(text):
            raise NotAsDescribedError("is not a whole number")
        value, low, high = int(text), self.schema["minimum"], self.schema["maximum"]
        if not low <= value <= high:
            raise NotAsDescribedError(f"is not between {low} and {high}")
        return value

    def _check_length(self, text: str) -> None:
        low, high = self.schema.get("minLength", 0), self.schema.get("maxLength")
        if len(text) < low:
            raise NotAsDescribedError("is empty")
        if high is not None and len(text) > high:
            raise NotAsDescribedError(f"is longer than {high} characters")


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise NotAsDescribedError("is not a date like 2026-11-20") from None
    if found.isoformat() != text:
        raise NotAsDescribedError("is not a date like 2026-11-20")
    return found


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]

    def of(self, place: Place) -> dict[str, Parameter]:
        return {one.name: one for one in self.parameters if one.place is place}

    def read(self, given: Sequence[tuple[str, object]], place: Place) -> dict[str, Value]:
        """Values of a query or a body, with defaults for what is left out.

        Raises:
            BadInputError: unknown, missing, given twice or not allowed; all of it is told.
        """
        known, wrong = self.of(place), []
        values = {name: one.schema.get("default") for name, one in known.items()}
        seen: set[str] = set()
        for name, value in given:
            try:
                values[name] = _value(known.get(name), value, again=name in seen)
            except NotAsDescribedError as error:
                wrong.append(Wrong(clean(name), str(error)))
            seen.add(name)
        missing = (name for name, one in known.items() if one.required and name not in seen)
        wrong += [Wrong(name, "is missing") for name in missing]
        if wrong:
            raise BadInputError(wrong)
        return values


def _value(parameter: Parameter | None, given: object, *, again: bool) -> Value:
    if parameter is None:
        raise NotAsDescribedError("is not known")
    if again:
        raise NotAsDescribedError("is given twice")
    if not isinstance(given, str):
        raise NotAsDescribedError("is not a text")
    return parameter.read(clean(given))


class Description:
    """The document, as it is served and as the routes need it."""

    def __init__(self) -> None:
        self._document = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
        self.served = orjson.dumps(self._document)
        self.operations = tuple(self._operations())

    def _operations(self) -> Iterator[Operation]:
        for path, item in self._document["paths"].items():
            for method in _METHODS:
                if method in item:
                    told = item[method]
                    parameters = tuple(self._parameters(told))
                    yield Operation(told["operationId"], method.upper(), path, parameters)

    def _parameters(self, told: Mapping[str, Any]) -> Iterator[Parameter]:
        for one in map(self._resolved, told.get("parameters", ())):
            schema = self._resolved(one["schema"])
            yield Parameter(one["name"], Place(one["in"]), one.get("required", False), schema)
        if body := told.get("requestBody"):
            schema = self._resolved(body["content"]["application/json"]["schema"])
            for name, one in schema["properties"].items():
                required = name in schema.get("required", ())
                yield Parameter(name, Place.BODY, required, self._resolved(one))

    def _resolved(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = item.get("$ref")
        if reference is None:
            return item
        found: Any = self._document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return self._resolved(found)
