"""Accepting as fast as it goes: wrk with 16 connections against our webhook and its bare peer."""

import re
import subprocess
from pathlib import Path

from tests.bench.load import TEXTS, make_event
from tests.bench.service import Accounts
from webhooks.zalo.verify import HEADER

CONNECTIONS = 16
_EVENTS = 60_000

_SCRIPT = """
local events = {}
for line in io.lines(%(file)s) do
  local mac, body = line:match("^(%%S+) (.*)$")
  events[#events + 1] = {mac, body}
end
local counter, step, headers = 0, 1, {}
local threads = 0
function setup(thread) thread:set("first", threads); threads = threads + 1 end
function init() counter = first * math.floor(#events / 2) end
function request()
  counter = counter %% #events + 1
  local event = events[counter]
  headers["Content-Type"] = "application/json"
  headers["X-ZEvent-Signature"] = event[1]
  return wrk.format("POST", %(path)s, headers, event[2])
end
"""
_BARE = """
wrk.method = "POST"
wrk.body = %(body)s
wrk.headers["Content-Type"] = "application/json"
"""


def write_scripts(folder: Path, accounts: Accounts) -> tuple[Path, Path]:
    """(ours, bare); every event of ours is another one, so each is a durable insert."""
    events = folder / "events.txt"
    with events.open("w") as file:
        for number in range(_EVENTS):
            user = f"9{number % 5000:012d}"
            event = make_event(accounts, user, TEXTS[number % len(TEXTS)])
            file.write(f"{event.headers[HEADER]} {event.body.decode()}\n")
    ours, bare = folder / "ours.lua", folder / "bare.lua"
    ours.write_text(_SCRIPT % {"file": f"'{events}'", "path": "'/webhooks/zalo'"})
    bare.write_text(_BARE % {"body": f"[==[{event.body.decode()}]==]"})
    return ours, bare


def wrk(url: str, script: Path, seconds: int) -> tuple[float, int]:
    """Answers a second, and how many requests failed: no answer, or an error's status."""
    found = subprocess.run(
        ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", found)
    assert rate, found
    failed = re.findall(r"(?:Non-2xx or 3xx responses:|connect|read|write|timeout) (\d+)", found)
    return float(rate[1]), sum(map(int, failed))
