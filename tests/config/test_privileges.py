"""What the application's own role can not do in its database, whatever SQL somebody slips it (clauses 11, 27, 32)."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from nesie.config import privileges


@pytest.fixture(scope="module")
def app(standing_db: Any) -> Any:
    """A connection of the application's role; a copy of a database does not inherit its privileges, so anew."""
    with psycopg.connect(standing_db.owner_url) as owner:
        privileges.apply(owner)
    with psycopg.connect(standing_db.url, autocommit=True) as connection:
        yield connection


@pytest.mark.clause("32", "11-secrecy")
@pytest.mark.parametrize(
    "statement",
    [
        # Found before the real table of this name: audit records would go nowhere.
        "CREATE TEMP TABLE audit_auditrecord (LIKE public.audit_auditrecord)",
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
        "ALTER TABLE audit_auditrecord DISABLE TRIGGER ALL",
        "DROP TRIGGER nesie_append_only ON audit_auditrecord",
        "CREATE OR REPLACE FUNCTION nesie_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "UPDATE audit_auditrecord SET outcome = 'done'",
        "DELETE FROM audit_auditrecord",
        "TRUNCATE audit_auditrecord CASCADE",
        "SELECT rolpassword FROM pg_authid",
        "COPY audit_auditrecord TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
        "SET ROLE nesie_owner",
        "ALTER ROLE nesie_app SUPERUSER",
    ],
)
def test_the_role_may_not(app: Any, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)
