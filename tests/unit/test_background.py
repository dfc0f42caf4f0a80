"""Which address of this machine media may come from: the playing sandbox's, else none."""

import pytest

from app.background import find_standin
from app.media.address import Standin
from app.settings import read_settings


@pytest.mark.parametrize(
    ("api", "base"),
    [
        ("http://127.0.0.1:8080/sandbox/zalo-api", "http://127.0.0.1:8080/sandbox/media"),
        ("http://localhost:8081/sandbox/zalo-api", "http://localhost:8081/sandbox/media"),
        ("http://[::1]:8080/sandbox/zalo-api", "http://[::1]:8080/sandbox/media"),
        ("https://openapi.zalo.me", None),
        ("https://evil.example/sandbox/zalo-api", None),
        ("http://10.0.0.1:8080/sandbox/zalo-api", None),
        ("http://127.0.0.1:8080/elsewhere", None),
    ],
)
def test_only_the_sandbox_of_this_machine(api: str, base: str | None) -> None:
    found = find_standin(read_settings({"ZALO_API_URL": api}))
    assert found == (Standin(base) if base else None)
