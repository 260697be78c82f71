"""`nesie audit verify`, `nesie documents verify` and `nesie keys`, run as programs over a client's signed contract.

The owner of the database bends one thing after another past every guard; each is named, and the exit status says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from nesie.entrypoints.cli.main import main
from nesie.foundation.audit.adapters.file import FileAnchor, FileSealKey
from nesie.foundation.audit.gateways import Wiring as AuditWiring
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.documents.adapters.file import FileSigner
from nesie.foundation.documents.gateways import Wiring as DocumentsWiring
from nesie.foundation.identification import queries as identification
from nesie.foundation.identification.rules import EvidencePart
from nesie.foundation.ledger.actions import contribute_capital
from nesie.foundation.vault import queries as vault_queries
from nesie.foundation.vault.adapters.file import FileKeyRing
from nesie.foundation.vault.gateways import Wiring as VaultWiring
from nesie.journey.clients import queries as clients
from nesie.kernel.actor import worker
from nesie.kernel.money import Money
from tests import given_contracts as given
from tests.given_applications import Applicant
from tests.sealing import seal_all

NESIE = [sys.executable, "-m", "nesie.entrypoints.cli.main"]
ALL_WELL = "Every document, signature and proof is as it was stored.\n"
Owner = Callable[..., list[tuple[Any, ...]]]


def run(env: dict[str, str], *words: str) -> tuple[int, str]:
    """A command as its own program: its exit status, and what it printed or else complained of."""
    done = subprocess.run([*NESIE, *words], env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout or done.stderr


@dataclass
class Installation:
    """A lender with one signed contract: its keys, anchor and pinned authorities lie in a folder of their own."""

    folder: Path
    who: Applicant
    proof: Any
    eds: Any
    owner: Owner
    env: dict[str, str]

    def run(self, *words: str) -> tuple[int, str]:
        """A command as its own program."""
        return run(self.env, *words)

    @contextmanager
    def bent(self, table: str, change: str, back: str) -> Iterator[None]:
        """The owner turns the guard off and changes rows; undone afterwards."""
        self.owner(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.owner(change)
        yield
        self.owner(back)


@pytest.fixture
def env(fresh_db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Keys, anchor and pinned authorities of a new installation, for this process and for programs."""
    keys, heads = tmp_path / "keys", tmp_path / "heads.jsonl"
    for wiring, name, part in (
        (VaultWiring, "keyring", FileKeyRing(keys)),
        (AuditWiring, "seal_key", FileSealKey(keys)),
        (AuditWiring, "anchor", FileAnchor(heads)),
        (DocumentsWiring, "signer", FileSigner(keys)),
    ):
        monkeypatch.setattr(wiring, name, part)
    vault_queries._opened_keys.clear()
    (tmp_path / "anchors").mkdir()
    made = {
        **fresh_db.env,
        "NESIE_KEYS_DIR": str(keys),
        "NESIE_ANCHOR_FILE": str(heads),
        "NESIE_ANCHORS_DIR": str(tmp_path / "anchors"),
    }
    status, told = run(made, "keys", "init")
    assert status == 0, told
    assert "The keys of the vault were made." in told
    yield made
    vault_queries._opened_keys.clear()


@pytest.fixture
def here(env: dict[str, str], owner_sql: Owner, now: datetime, tmp_path: Path) -> Iterator[Installation]:
    with given.stand(now) as stand:
        authority = stand.identities.authority.authority.certificate
        (tmp_path / "anchors" / "authority.pem").write_bytes(authority.public_bytes(Encoding.PEM))
        aigerim = given.applicant(now)
        contract_id = given.signed(now, stand, aigerim)
        signature = given.view(contract_id, now).signature
        assert signature is not None
        seal_all(now)
        yield Installation(tmp_path, aigerim, signature.biometric_proof_id, signature.eds_proof_id, owner_sql, env)


def text(uuid: object) -> str:
    return f"'{uuid}'"


@pytest.mark.clause("11-doc")
def test_documents_verify_names_every_row_and_byte_behind_a_contract(
    here: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert here.run("documents", "verify") == (0, ALL_WELL)
    (challenge, signature) = here.owner(
        "SELECT c.id, s.id FROM identification_signaturechallenge c JOIN identification_signature s"
        " ON s.challenge_id = c.id JOIN identification_proof p ON p.signature_id = s.id WHERE p.id = %s",
        [here.eds],
    )[0]
    cms = identification.evidence_of(here.eds)[EvidencePart.CMS]
    flip = "set_byte({0}, 20, get_byte({0}, 20) # 1)"
    iin, content, digest = (f"{column} = {flip.format(column)}" for column in ("iin", "content", "signature_digest"))
    cases = [
        # table, row, what the owner does, how it is undone, what is said
        ("identification_proof", here.eds, "operation = 'register'", "operation = 'sign_contract'", "row_altered"),
        (
            "identification_proof", here.proof, "expires_at = expires_at + interval '1 day'",
            "expires_at = expires_at - interval '1 day'", "row_altered",
        ),
        (
            "identification_signaturechallenge", challenge, "opened_at = opened_at - interval '1 second'",
            "opened_at = opened_at + interval '1 second'", "row_altered",
        ),
        ("identification_signaturechallenge", challenge, iin, iin, "row_altered"),
        ("identification_signature", signature, digest, digest, "row_altered"),
        ("documents_document", cms, content, content, "content_altered"),
    ]  # fmt: skip
    for table, key, change, back, said in cases:
        where = f"WHERE id = {text(key)}"
        with here.bent(table, f"UPDATE {table} SET {change} {where}", f"UPDATE {table} SET {back} {where}"):
            assert main(["documents", "verify"]) == 1, (table, change)
            told = capsys.readouterr().out
            expected = f"document {key}" if table == "documents_document" else f"row {key} of {table}"
            assert f"{said}: {expected}" in told, (change, told)
            if table in ("documents_document", "identification_signature"):
                assert f"signature_broken: proof {here.eds}" in told
        assert main(["documents", "verify"]) == 0
        capsys.readouterr()


@pytest.mark.clause("11-doc")
def test_documents_verify_names_what_was_taken_out_or_put_in_and_the_contracts_own_signature(
    here: Installation,
) -> None:
    table = "contracts_contractsignature"
    with here.bent(
        table,
        f"UPDATE {table} SET signed_at = signed_at - interval '1 hour'",
        f"UPDATE {table} SET signed_at = signed_at + interval '1 hour'",
    ):
        status, told = here.run("documents", "verify")
        assert status == 1
        assert f"of {table}" in told
        assert "row_altered" in told
    use = here.owner("SELECT id FROM identification_proofuse WHERE proof_id = %s", [here.eds])[0][0]
    here.owner("ALTER TABLE identification_proofuse DISABLE TRIGGER USER")
    here.owner("UPDATE identification_proofuse SET id = gen_random_uuid() WHERE id = %s", [use])
    status, told = here.run("documents", "verify")
    assert status == 1
    assert f"missing: row {use} of identification_proofuse" in told
    assert "unrecorded: row" in told


@pytest.mark.clause("32")
def test_audit_verify_names_the_first_bad_record_and_a_tail_cut_off(
    env: dict[str, str], owner_sql: Owner, now: datetime
) -> None:
    for number in range(4):
        contribute_capital(worker(), now, amount=Money.tenge(1), key=f"test {number}")
        seal_all(now)
    status, told = run(env, "audit", "verify")
    assert (status, told) == (0, "The audit trail stands: 4 seals, 0 records wait for the next seal.\n")
    second, last = [row.id for row in AuditRecord.objects.order_by("id")][1::2]
    owner_sql("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
    owner_sql("UPDATE audit_auditrecord SET arguments = '{}' WHERE id IN (%s, %s)", [second, last])
    status, told = run(env, "audit", "verify")
    assert (status, told) == (1, f"The audit trail has been changed: altered: record {second} (seal 2)\n")
    # What documents are held against must stand itself.
    status, told = run(env, "documents", "verify")
    assert (status, told) == (1, f"audit_trail: altered: record {second} (seal 2)\n")
    for table in ("auditsubject", "auditrecord", "auditleaf", "auditseal"):
        owner_sql(f"ALTER TABLE audit_{table} DISABLE TRIGGER USER")
        owner_sql(f"DELETE FROM audit_{table}")
    status, told = run(env, "audit", "verify")
    assert status == 1
    assert "tail_cut" in told


@pytest.mark.clause("37.2")
def test_keys_are_made_once_and_replaced_without_losing_anything(here: Installation) -> None:
    ring = here.folder / "keys" / "vault.keys.json"
    before = ring.read_bytes()
    status, told = here.run("keys", "init")
    assert status == 0, told
    assert "The keys of the vault are there." in told
    assert "The lender's signing key is there." in told
    assert ring.read_bytes() == before
    assert os.stat(ring).st_mode & 0o777 == 0o600

    for family in ("master", "index"):
        status, told = here.run("keys", f"rotate-{family}", "--batch", "3")
        assert status == 0, told
        assert f"The new {family} key is version 2." in told
        assert " 0 left." in told
        assert told.endswith("Done: version 2 stands alone. The old key stays on the ring for old backups.\n")
    assert here.run("documents", "verify") == (0, ALL_WELL)
    vault_queries._opened_keys.clear()
    assert clients.client_with_iin(here.who.person.iin) == here.who.client_id
    assert clients.client(worker(), here.who.client_id).iin == here.who.person.iin
    # Without the keys nothing opens: they are not in the database.
    ring.rename(ring.with_suffix(".away"))
    status, told = here.run("keys", "rotate-master")
    assert status != 0
    status, told = here.run("documents", "verify")
    assert (status, "Cannot be checked" in told, "Traceback" in told) == (2, True, False), told


def test_a_command_that_does_not_exist_is_refused() -> None:
    env = dict(os.environ, PYTHONPATH=str(Path(__file__).parents[3] / "src"))
    done = subprocess.run([*NESIE, "audit", "forget"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "forget" in done.stderr
