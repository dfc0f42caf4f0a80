"""The intent model for a batch tool: the running one, else one started for as long as needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from app.data_folder import ROOT, DataFolder
from app.embedded.errors import EmbeddedRasaError
from app.embedded.intent_environment import get_rasa_python
from app.embedded.rasa import RasaProcess
from app.endpoint import EndpointFinder
from app.model import find_model, is_current, train
from app.probe import model_answers
from app.settings import Settings
from app.supervisor import ChildNotReadyError, Supervisor
from bot.understanding.client import UnderstandingClient, make_session

#: A batch may wait for one text longer than a citizen would.
_LIMIT_SECONDS = 20.0


@asynccontextmanager
async def open_model(settings: Settings, folder: DataFolder) -> AsyncIterator[UnderstandingClient]:
    """A client of a model that answers.

    Raises:
        EmbeddedRasaError: there is no environment with Rasa, or it does not start.
    """
    finder = EndpointFinder(settings, folder)
    async with make_session() as session:
        if settings.rasa_url or await model_answers(session, finder):
            yield UnderstandingClient(session, finder.find, limit=_LIMIT_SECONDS)
            return
        model = find_model(folder) or await train(settings, folder)
        async with open_one(settings, folder, model) as client:
            yield client


@asynccontextmanager
async def open_one(
    settings: Settings, folder: DataFolder, model: Path
) -> AsyncIterator[UnderstandingClient]:
    """A client of this very model, started for it alone.

    Raises:
        EmbeddedRasaError: there is no environment with Rasa, or it does not start.
    """
    # The connections are closed before the model is stopped: it waits for those that are open.
    async with _own_model(settings, folder, model) as rasa, make_session() as session:
        yield UnderstandingClient(session, rasa.find_endpoint, limit=_LIMIT_SECONDS)


@asynccontextmanager
async def _own_model(
    settings: Settings, folder: DataFolder, model: Path
) -> AsyncIterator[RasaProcess]:
    override = Path(settings.rasa_python) if settings.rasa_python else None
    python = get_rasa_python(ROOT, override)
    # Each its own: one tool may begin while another reads.
    with TemporaryDirectory(prefix="rasa-batch-", dir=folder.run) as scratch:
        rasa = RasaProcess(python=python, model=model, root=ROOT, scratch=Path(scratch))
        supervisor = Supervisor()
        try:
            await _start(supervisor, rasa)
            if rasa.find_endpoint() is None:
                raise EmbeddedRasaError("The intent model does not answer.")
            yield rasa
        finally:
            await supervisor.stop()


async def _start(supervisor: Supervisor, rasa: RasaProcess) -> None:
    try:
        # Somebody waits, and what did not load once does not load again.
        await supervisor.start(replace(rasa.child, give_up_start_after=1))
    except ChildNotReadyError as error:
        if is_current(rasa.model):
            raise EmbeddedRasaError(str(error)) from error
        reason = f"The model {rasa.model.name} does not start with this version."
        raise EmbeddedRasaError(f"{reason} Run `hoidap train`.") from error
