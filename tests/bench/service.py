"""A real service for the benchmarks: `hoidap serve` on a folder of its own, real settings."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOIDAP = Path(sys.executable).parent / "hoidap"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Accounts:
    """Synthetic provider accounts whose APIs are stand-ins at `provider`."""

    provider: str
    zalo_app_id: str = "1111222233334444555"
    zalo_oa_id: str = "4000000000000000001"
    zalo_secret: str = "bench-oa-secret"
    access_token: str = "bench-access-token"
    page_id: str = "100000000000001"
    page_token: str = "bench-page-token"
    app_secret: str = "bench-app-secret"

    def environment(self) -> dict[str, str]:
        return {
            "ZALO_APP_ID": self.zalo_app_id,
            "ZALO_OA_ID": self.zalo_oa_id,
            "ZALO_OA_SECRET_KEY": self.zalo_secret,
            "ZALO_ACCESS_TOKEN": self.access_token,
            "ZALO_API_URL": f"{self.provider}/zalo",
            "ZALO_OAUTH_URL": f"{self.provider}/zalo",
            "FACEBOOK_APP_SECRET": self.app_secret,
            "FACEBOOK_PAGE_ID": self.page_id,
            "FACEBOOK_PAGE_TOKEN": self.page_token,
            "FACEBOOK_VERIFY_TOKEN": "bench-verify",
            "FACEBOOK_GRAPH_URL": f"{self.provider}/facebook",
        }


class Service:
    """Started as an operator would; `stop` ends it with SIGTERM."""

    def __init__(self, data: Path, accounts: Accounts, root: Path = ROOT) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._root = root
        self._hoidap = root / ".venv" / "bin" / "hoidap"
        self._environment = {
            **{key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ},
            **accounts.environment(),
            "HOIDAP_DATA": str(data),
            "HOIDAP_PORT": str(self.port),
            "HOIDAP_SECRET_KEY": secrets.token_urlsafe(32),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """For a program of ours that works on the same installation."""
        return dict(self._environment)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self._hoidap), *arguments],
            env=self._environment,
            cwd=self._root,
            check=True,
            capture_output=True,
            text=True,
        )

    def start(self, *arguments: str, wait_for_model: bool = True) -> float:
        """Seconds until it accepts and, when wanted, understands."""
        started = time.monotonic()
        log = (self.data.parent / f"{self.data.name}.log").open("ab")
        self._process = subprocess.Popen(
            [str(self._hoidap), "serve", *arguments],
            env=self._environment,
            cwd=self._root,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        path = "/readyz" if wait_for_model else "/healthz"
        while not self._answers(path):
            if self._process.poll() is not None:
                raise RuntimeError(f"the service ended, see {log.name}")
            if time.monotonic() - started > 120:
                raise RuntimeError(f"the service did not become ready, see {log.name}")
            time.sleep(0.1)
        return time.monotonic() - started

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> float:
        """Seconds until every process is gone."""
        if self._process is None:
            return 0.0
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=30)
        self._process = None
        return time.monotonic() - started

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid
