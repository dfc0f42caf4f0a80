"""`hoidap route`: a text a line in, a JSON object a line out, without model or database."""

import json
import subprocess
import sys
from pathlib import Path

from knowledge.fields import Field

ROOT = Path(__file__).parents[2]
RUN = "import sys; from app.cli.main import main; sys.exit(main())"
AGENCIES = ROOT / "app" / "demo_data" / "agencies.jsonl"


def test_every_line_gets_its_field_and_agency() -> None:
    texts = [
        "bãi rác xã Trà Cú hôi quá",
        "rut bao hiem xa hoi mot lan",
        "👍" * 2000,
        "",
        "zubu luntu",
    ]
    command = [sys.executable, "-c", RUN, "route", "--json", "--agencies", str(AGENCIES)]
    done = subprocess.run(  # noqa: S603 - our own command
        command, input="\n".join(texts) + "\n", text=True, capture_output=True, cwd=ROOT, check=True
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [item["text"] for item in found] == texts
    assert [(item["field"], item["agency"]) for item in found[:2]] == [
        (Field.ENVIRONMENT, "H61.X.TRACU"),
        (Field.HEALTH_INSURANCE, "H61.BHXH"),
    ]
    assert [item["agency"] for item in found[2:]] == [None, None, None]
    for unknown in found[3:]:
        assert (unknown["field"], unknown["confidence"]) == (None, 0)
        assert {row["field"] for row in unknown["ranking"]} == set(Field)
    assert set(found[0]) == {"text", "field", "agency", "confidence", "ranking"}
    assert found[0]["ranking"][0] == {
        "field": found[0]["field"],
        "confidence": found[0]["confidence"],
    }
