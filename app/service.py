"""`hoidap serve`: the HTTP side in this process, database, model and worker as its children."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from time import monotonic

from aiohttp import web

from app.base_data import seed
from app.composition import make_channels, make_data_deletion, make_provider_session
from app.conversations import make_guard
from app.data_folder import ROOT, DataFolder
from app.database import conninfo, open_store
from app.embedded.database import is_answering
from app.embedded.intent_environment import find_rasa_python
from app.embedded.postgres import EmbeddedPostgres, Step
from app.embedded.rasa import RasaProcess
from app.endpoint import EndpointFinder, publish
from app.memory import keep_small
from app.model import find_model, is_current
from app.probe import model_answers
from app.processes import Launch
from app.server import Probe, Site, make_server
from app.settings import Settings, SettingsError
from app.site_parts import (
    SandboxParts,
    keep_current,
    make_site_desk,
    make_site_portal,
)
from app.stopping import until_stopped
from app.supervisor import Child, ChildNotReadyError, Output, Supervisor
from app.worker import STOP_GRACE, forget_gone_workers, is_working
from bot.understanding.client import UnderstandingClient, make_session
from portal.context import Portal
from store.intake import Intake
from store.migrate import upgrade
from store.unit_of_work import Store
from webhooks.inbound import Inbounds

log = logging.getLogger("hoidap")

_RASA = "rasa"
_WORKER = "worker"
#: Seconds for all children; one more is left for what this process itself has open.
_CHILDREN_STOP_WITHIN = 14.0
_CONNECTIONS_STOP_WITHIN = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    with_rasa: bool = True
    with_worker: bool = True
    #: The sandbox with its stand-ins of both providers.
    sandbox: SandboxParts | None = None


#: Called when the service answers on this address.
OnReady = Callable[[str], None]


class Service:
    """Starts in the order citizens need it and stops in the reverse order."""

    def __init__(
        self,
        settings: Settings,
        folder: DataFolder,
        environment: dict[str, str],
        options: ServeOptions,
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._environment = environment
        self._options = options
        self._supervisor = Supervisor()
        self._stack = AsyncExitStack()
        #: Monotonic; known when the stop begins.
        self._stop_by = inf

    async def run(self, on_ready: OnReady, prepare: "Prepare | None" = None) -> None:
        """Serve until SIGTERM or SIGINT; everything is stopped within 15 s."""
        keep_small()
        async with self._stack:
            self._stack.push_async_callback(self._stop_children)
            starting = asyncio.create_task(self._start(prepare))
            try:
                if not await until_stopped(starting):
                    on_ready(self._settings.address)
                    await until_stopped()
            finally:
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)
            log.info("stopping")
            self._stop_by = monotonic() + _CHILDREN_STOP_WITHIN

    async def _start(self, prepare: "Prepare | None") -> None:
        url = await self._start_database()
        await asyncio.to_thread(upgrade, url)
        store = open_store(self._settings, self._folder, url, name="server")
        self._stack.push_async_callback(store.close)
        await seed(store)
        if prepare is not None:
            await prepare(store)
        await self._start_model()
        await self._start_http(store, url)
        # The guard is for the forms of the portal: while it is learnt here, so it is in the worker,
        # and webhooks already accept. When it cannot be learnt there is no service.
        await asyncio.gather(asyncio.to_thread(make_guard), self._start_worker(url))

    async def _stop_serving(self, runner: web.AppRunner) -> None:
        """At once, or slow connections would take the time in which the worker finishes rows.

        The model still runs then: a turn in hand needs it.
        """
        await asyncio.gather(runner.cleanup(), self._supervisor.stop_child(_WORKER))

    async def _stop_children(self) -> None:
        """The model, then the database, in the time the worker left."""
        await self._supervisor.stop(min(self._stop_by - monotonic(), _CHILDREN_STOP_WITHIN))

    async def _start_database(self) -> str:
        if self._settings.database_url:
            return str(self._settings.database_url)
        database = EmbeddedPostgres(
            self._folder.path, supervisor=self._supervisor, progress=_tell_step
        )
        self._stack.push_async_callback(database.stop)
        # Runs before the line above: first the children that use the database, then it.
        self._stack.push_async_callback(self._stop_children)
        await database.start()
        return database.url

    async def _start_http(self, store: Store, url: str) -> None:
        session = await self._stack.enter_async_context(make_provider_session())
        intake = Intake(conninfo(url), store.clock)
        await intake.start()
        self._stack.push_async_callback(intake.close)
        channels = (await make_channels(self._settings, store, session)).channels
        inbounds = Inbounds(
            channels, intake, facebook_verify_token=self._settings.facebook_verify_token
        )
        finder = EndpointFinder(self._settings, self._folder)
        sandbox = self._options.sandbox
        model_session = await self._stack.enter_async_context(make_session())
        client = UnderstandingClient(model_session, finder.find)
        portal = await self._make_portal(store, url, client)
        site = Site(
            store=store,
            inbounds=inbounds,
            desk=make_site_desk(self._settings, store, portal.knowledge),
            portal=portal,
            parts={"model": lambda: model_answers(session, finder), **self._own_parts()},
            metrics_token=self._settings.metrics_token,
            sandbox=sandbox.make(store, client) if sandbox else None,
            data_deletion=make_data_deletion(self._settings, store),
        )
        runner = web.AppRunner(make_server(site), access_log=None, handle_signals=False)
        await runner.setup()
        self._stack.push_async_callback(self._stop_serving, runner)
        listener = web.TCPSite(
            runner,
            self._settings.host,
            self._settings.port,
            shutdown_timeout=_CONNECTIONS_STOP_WITHIN,
            backlog=1024,
        )
        try:
            await listener.start()
        except OSError as error:
            where = f"{self._settings.host}:{self._settings.port}"
            reason = f"HOIDAP_HOST, HOIDAP_PORT: cannot listen on {where}: {error.strerror}"
            raise SettingsError([reason]) from error

    async def _make_portal(self, store: Store, url: str, client: UnderstandingClient) -> Portal:
        sandbox = self._options.sandbox is not None
        portal = make_site_portal(self._settings, store, sandbox=sandbox, client=client)
        await portal.reload()
        task = asyncio.create_task(keep_current(conninfo(url), portal), name="portal")
        self._stack.callback(task.cancel)
        return portal

    async def _start_model(self) -> None:
        if not self._options.with_rasa or self._settings.rasa_url:
            return
        python = self._find_rasa_python()
        model = find_model(self._folder)
        if python is None or model is None:
            log.error("no intent model: run `hoidap train`; until then the menu answers")
            return
        if not is_current(model):
            log.warning("the intent model is older than its data: run `hoidap train`")
        rasa = RasaProcess(python=python, model=model, root=ROOT, scratch=self._folder.run / _RASA)
        publish(self._folder, None)

        def changed(ready: bool) -> None:
            if rasa.child.on_change:
                rasa.child.on_change(ready)
            publish(self._folder, rasa.find_endpoint())

        child = replace(rasa.child, on_change=changed, pid_file=self._pid_file(_RASA))
        await self._supervisor.start(child, wait=False)

    def _pid_file(self, name: str) -> Path:
        return self._folder.run / f"{name}.pid"

    def _find_rasa_python(self) -> Path | None:
        override = Path(self._settings.rasa_python) if self._settings.rasa_python else None
        try:
            return find_rasa_python(ROOT, override)
        except PermissionError as error:
            # It was set up by another user, or lies in a home we may not enter.
            log.error("no right to use %s", error.filename)  # noqa: TRY400 - no fault of the code
            return None

    async def _start_worker(self, url: str) -> None:
        if not self._options.with_worker:
            return
        child = Child(
            name=_WORKER,
            launch=lambda: self._launch_worker(url),
            ready=self._worker_hears,
            pid_file=self._pid_file(_WORKER),
            stop_grace=STOP_GRACE,
            output=Output.INHERIT,
        )
        await self._start_with_database(child, url)

    async def _start_with_database(self, child: Child, url: str) -> None:
        """The front door is open by now: a database that goes away meanwhile ends nothing.

        Raises:
            ChildNotReadyError: it does not start although the database is there.
        """
        failures = 0
        while True:
            try:
                return await self._supervisor.start(child)
            except ChildNotReadyError:
                failures += await is_answering(conninfo(url))
                # Once it may have come back just after the child had given up.
                if failures > 1:
                    raise
                log.warning("%s: not started, trying again", child.name)

    async def _launch_worker(self, url: str) -> Launch:
        forget_gone_workers(self._folder)
        return Launch(
            argv=[sys.executable, "-m", "app.cli", "worker"],
            env={
                **self._environment,
                "DATABASE_URL": url,
                "HOIDAP_DATA": str(self._folder.path),
                "PYTHONPATH": str(ROOT),
            },
        )

    def _own_parts(self) -> dict[str, Probe]:
        """A worker that was started elsewhere is not seen from here."""
        return {"worker": self._worker_hears} if self._options.with_worker else {}

    async def _worker_hears(self) -> bool:
        status = self._supervisor.status().get(_WORKER)
        return bool(status and status.pid and is_working(self._folder, status.pid))


def _tell_step(step: Step) -> None:
    log.info("database: %s", step.replace("_", " "))


#: Work to be done on the migrated store before anybody is served.
Prepare = Callable[[Store], Awaitable[None]]
