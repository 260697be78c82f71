"""The faults are faults; and, under `make soak`, how many of them the tests notice."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.mutants import mutants

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = 300
LEAST_RATIO = 0.9

SOURCE = '''
@frozen(slots=True)
class Loan:
    """Text stays."""

    days: int | None = 30

    def late(self, day: int = 1) -> bool:
        if not day <= self.days and self.days:
            return True
        return day - 1 > 0 if self.days else sum(zip([], [], strict=True))
'''


def test_each_fault_is_one_change_where_it_should_be() -> None:
    found = mutants(SOURCE)
    assert [one.what for one in found] == [
        "30 -> 31",
        "1 -> 2",
        "LtE -> Lt",
        "Not dropped",
        "and <-> or",
        "True -> False",
        "if True",
        "if False",
        "1 -> 2",
        "Sub -> Add",
        "0 -> 1",
        "Gt -> GtE",
        "if True (in a line)",
        "if False (in a line)",
    ]
    assert len({one.source for one in found} - {ast.unparse(ast.parse(SOURCE))}) == len(found)
    for one in found:
        assert "Text stays." in one.source
        assert "slots=True" in one.source
        assert "strict=True" in one.source
        assert "int | None" in one.source


@pytest.mark.soak
@pytest.mark.parametrize("target", ["terms", "loans"])
def test_the_tests_notice_faults_in_the_rules(target: str) -> None:
    """A sample by chance; the report stays in artefacts/."""
    command = [sys.executable, "-m", "tests.mutation", target, "--sample", str(SAMPLE)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    report = ROOT / "artefacts" / f"mutation-{target}.txt"
    report.parent.mkdir(exist_ok=True)
    report.write_text(done.stdout)
    noticed = re.search(r"(\d+) of (\d+) faults noticed", done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert noticed is not None
    assert int(noticed[1]) > LEAST_RATIO * int(noticed[2]), done.stdout
