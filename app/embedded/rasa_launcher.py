"""Serve one trained intent model on loopback. Runs inside the Python 3.10 environment of Rasa.

Only `POST /model/parse` and `GET /status` are answered, both with the token. The token comes
through an inherited pipe and the address as an inherited bound socket, so neither can be read
from the process list and no other process can take the port in between.

    python rasa_launcher.py --model M.tar.gz --root REPOSITORY --token-fd N --socket-fd N
"""

# ruff: noqa: PLC0415 - Rasa is imported when the path and the logging are set
import argparse
import logging
import os
import socket
import sys
import warnings

SERVED_PATHS = frozenset({"/model/parse", "/status"})


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
    from rasa.core.agent import Agent
    from rasa.server import create_app
    from sanic.exceptions import NotFound
    from sanic.request import Request

    agent = Agent.load(model)
    app = create_app(agent=agent, auth_token=token, cors_origins=None)

    @app.on_request
    async def refuse_all_else(request: Request) -> None:
        # The rest of Rasa's API can train and load models.
        if request.path not in SERVED_PATHS:
            raise NotFound("not served here")

    warnings.simplefilter("ignore")  # the imports above have set filters of their own
    sys.stdout.write("the intent model is loaded\n")
    sys.stdout.flush()
    app.run(sock=listener, workers=1, access_log=False, motd=False)


if __name__ == "__main__":
    main()
