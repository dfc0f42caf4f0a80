"""Serve one trained intent model on loopback. Runs inside the Python 3.10 environment of Rasa.

Only `POST /model/parse`, `POST /model/parse_many` and `GET /status` are answered, all with the
token. The token comes through an inherited pipe and the address as an inherited bound socket, so
neither can be read from the process list and no other process can take the port in between.

    python rasa_launcher.py --model M.tar.gz --root REPOSITORY --token-fd N --socket-fd N
"""

# ruff: noqa: PLC0415 - Rasa is imported when the path and the logging are set
import argparse
import asyncio
import gc
import logging
import os
import socket
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rasa.core.agent import Agent
    from sanic import Sanic

SERVED_PATHS = frozenset({"/model/parse", "/model/parse_many", "/status"})
#: Texts of one `parse_many` that are read before others get their turn.
_AT_A_TIME = 8
_MOST_TEXTS = 256


def main() -> None:
    options = _read_options()
    token = _read_token(options.token_fd)
    # The folder of this script holds modules of another environment; the repository comes last so
    # that none of its packages hides one of Rasa's.
    sys.path[0:1] = []
    sys.path.append(options.root)
    # TensorFlow imports it when it can, for a converter nobody uses here: 64 MB and a second.
    sys.modules["jax"] = None  # type: ignore[assignment]
    _keep_quiet()
    _serve(options.model, token, socket.socket(fileno=options.socket_fd))


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--token-fd", type=int, required=True)
    parser.add_argument("--socket-fd", type=int, required=True)
    return parser.parse_args()


def _read_token(descriptor: int) -> str:
    with os.fdopen(descriptor) as pipe:
        token = pipe.read().strip()
    if not token:
        raise SystemExit("no token came through the pipe")
    return token


def _keep_quiet() -> None:
    """Errors only: below that level Rasa and Sanic write messages of citizens and requests."""
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    # Libraries below Rasa set filters of their own while they are imported.
    warnings.showwarning = _say_nothing


def _say_nothing(*_: object, **__: object) -> None:
    """In the place of printing a warning."""


def _serve(model: str, token: str, listener: socket.socket) -> None:
    """Load first, listen afterwards: until the model is there, callers are refused at once.

    Rasa's own `serve_application` would go on without a model when loading fails.
    """
    from rasa.server import create_app
    from sanic.exceptions import NotFound
    from sanic.request import Request

    agent = _load(model)
    app = create_app(agent=agent, auth_token=token, cors_origins=None)
    _serve_many(app, agent, token)

    @app.on_request
    async def refuse_all_else(request: Request) -> None:
        # The rest of Rasa's API can train and load models.
        if request.path not in SERVED_PATHS:
            raise NotFound("not served here")

    warnings.simplefilter("ignore")  # the imports above have set filters of their own
    sys.stdout.write("the intent model is loaded\n")
    sys.stdout.flush()
    # All of Rasa and the model stay: looking through them for garbage takes 10 ms each time.
    gc.collect()
    gc.freeze()
    app.run(sock=listener, workers=1, access_log=False, motd=False)


def _load(model: str) -> "Agent":
    """Raises SystemExit, in one line: it is started again and again with the same model."""
    from rasa.core.agent import Agent

    try:
        return Agent.load(model)
    except Exception as error:
        reason = error.__cause__ or error
        said = f"{type(reason).__name__}: {reason}".splitlines()[0]
        raise SystemExit(
            f"{Path(model).name} does not load ({said}): run `hoidap train`"
        ) from error


def _serve_many(app: "Sanic[Any, Any]", agent: "Agent", token: str) -> None:
    """Read several texts in one request, which costs half of the time a text."""
    from rasa.server import requires_auth
    from sanic.exceptions import InvalidUsage
    from sanic.request import Request
    from sanic.response import HTTPResponse, json

    @app.post("/model/parse_many")
    @requires_auth(app, token)
    async def parse_many(request: Request) -> HTTPResponse:
        texts = request.json.get("texts") if isinstance(request.json, dict) else None
        if not isinstance(texts, list) or len(texts) > _MOST_TEXTS:
            raise InvalidUsage("texts: a list is needed")
        if not all(isinstance(text, str) for text in texts):
            raise InvalidUsage("texts: a list of strings is needed")
        found: list[dict[str, Any]] = []
        for first in range(0, len(texts), _AT_A_TIME):
            found += _read(agent, texts[first : first + _AT_A_TIME])
            await asyncio.sleep(0)
        return json(found)


def _read(agent: "Agent", texts: list[str]) -> list[dict[str, Any]]:
    """Do what Rasa's `parse_message` (3.6.21) does for one text, in one run of the pipeline."""
    from rasa.core.channels import UserMessage
    from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
    from rasa.shared.core.trackers import DialogueStateTracker

    processor = agent.processor
    if processor is None:
        raise RuntimeError("no model is loaded")
    target = processor.model_metadata.nlu_target
    inputs = {
        PLACEHOLDER_MESSAGE: [UserMessage(text) for text in texts],
        PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("", []),
    }
    read = processor.graph_runner.run(inputs=inputs, targets=[target])[target]
    unread: dict[str, Any] = {
        "text": "",
        "intent": {"name": None, "confidence": 0.0},
        "entities": [],
    }
    return [unread | message.as_dict(only_output_properties=True) for message in read]


if __name__ == "__main__":
    main()
