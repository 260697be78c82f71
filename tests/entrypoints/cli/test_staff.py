"""`nesie staff`: the first accounts of an installation, typed in at the machine itself."""

from __future__ import annotations

import re
import subprocess
import sys

import pyotp
import pytest

from nesie.entrypoints import clock
from nesie.foundation.access.actions import sign_in_staff
from nesie.foundation.access.models import StaffAccount
from nesie.foundation.access.rules import SignInStatus
from tests.given_access import PASSWORD, visitor

NESIE = [sys.executable, "-m", "nesie.entrypoints.cli.main", "staff"]
CREATE = ["create", "dana", "--name", "Дана Кассир", "--role", "cashier", "--role", "operator"]


@pytest.mark.clause("28")
def test_an_account_is_opened_and_enrolled_at_the_terminal(fresh_db) -> None:
    typing = subprocess.Popen(
        [*NESIE, *CREATE, "--enrol"],
        env=fresh_db.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
        start_new_session=True,  # no terminal: passwords come from the pipe
    )
    assert typing.stdin is not None
    assert typing.stdout is not None
    secret, seen = "", ""
    for line in typing.stdout:
        seen += line
        if found := re.search(r"its key: ([A-Z2-7]{32})", line):
            secret = found.group(1)
            break
    assert secret, seen
    code = pyotp.TOTP(secret).at(clock.machine_now())
    typing.stdin.write(f"{PASSWORD}\n{PASSWORD}\n{code}\n")
    typing.stdin.close()
    rest = typing.stdout.read()
    assert typing.wait(60) == 0, rest
    assert "The account is open." in rest
    assert PASSWORD not in rest.replace("Password", "")
    row = StaffAccount.objects.get()
    assert (row.roles, row.status) == (["cashier", "operator"], "active")
    now = clock.business_now()
    later = pyotp.TOTP(secret).generate_otp(row.totp_step + 1)
    outcome = sign_in_staff(visitor(now), now, login="dana", password=PASSWORD, totp=later)
    assert outcome.status is SignInStatus.SIGNED_IN


def test_a_taken_name_and_an_unknown_role_are_refused(fresh_db) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*NESIE, *words], env=fresh_db.env, capture_output=True, text=True, check=False)

    first = run(*CREATE)
    assert first.returncode == 0, first.stderr
    assert re.search(r"^[\w-]{43}$", first.stdout, re.MULTILINE), "the invitation is shown once"
    again = run(*CREATE)
    assert (again.returncode, again.stderr.strip()) == (1, "This sign-in name is taken.")
    assert run("create", "robot", "--name", "Робот", "--role", "worker").returncode == 2
