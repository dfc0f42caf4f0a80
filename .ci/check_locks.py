"""Refuses lock files that name where a package was downloaded from."""

import re
import subprocess
import sys
from pathlib import Path

ADDRESS = re.compile(
    r"https?://|file:|git\+|ssh://|--(extra-)?index-url|--find-links", re.IGNORECASE
)
NPM_ADDRESS = re.compile(r'"resolved"\s*:|"version"\s*:\s*"(https?|file|git)')


def main() -> int:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True)
    bad, seen = [], 0
    for name in listed.stdout.splitlines():
        path = Path(name)
        npm = path.name == "package-lock.json"
        if not (path.suffix == ".lock" or npm):
            continue
        seen += 1
        pattern = NPM_ADDRESS if npm else ADDRESS
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if pattern.search(line):
                bad.append(f"{name}:{number}: {line.strip()[:100]}")
    print("\n".join(bad) or f"{seen} lock files hold no download address")
    return 1 if bad or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
