"""Several wrong settings: one message with all of them, and no secret in it."""

import subprocess

from tests.crash.running import HOIDAP, plain_environment

_SECRET = "rất-bí-mật-4711"
_WRONG = {
    "DATABASE_URL": f"mysql://root:{_SECRET}@db/hoidap",
    "HOIDAP_PORT": "99999",
    "HOIDAP_PUBLIC_URL": f"ftp://me:{_SECRET}@tinh.example",
    "HOIDAP_TRUSTED_PROXIES": "10.0.0.0/99",
    "HOIDAP_SECRET_KEY": _SECRET[:9],
    "RASA_URL": "localhost:5005",
    "ZALO_API_URL": "không phải địa chỉ",
}


def test_wrong_settings_are_named_together(tmp_path: object) -> None:
    environment = {**plain_environment(), **_WRONG, "HOIDAP_DATA": f"{tmp_path}/data"}
    done = subprocess.run(  # noqa: S603 - our own command
        [HOIDAP, "serve"],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert all(f"{name} must be" in done.stderr for name in _WRONG)
    assert len(done.stderr.splitlines()) == len(_WRONG) + 1
    assert "Traceback" not in done.stderr
    assert _SECRET[:9] not in done.stdout + done.stderr
