"""Least privilege in the database itself: the application's role gets what each table allows, and no more.

Clauses 11-secrecy, 27 and 32: rows of an append-only table cannot be changed by the application (privilege) nor, by
mistake or quietly, by the owner (trigger).
"""

from __future__ import annotations

import psycopg
from django.apps import apps
from psycopg import sql

from nesie.entrypoints.cli.postgres import APP_ROLE

_REFUSE = """
CREATE OR REPLACE FUNCTION nesie_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def append_only_tables() -> list[str]:
    """The tables whose model says `append_only = True`."""
    return sorted(m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False))


def apply(connection: psycopg.Connection, role: str = APP_ROLE) -> None:
    """Grant and revoke after a migration; safe to run again."""
    app = sql.Identifier(role)
    connection.execute(_REFUSE)
    connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    # A temporary table is found before a real one of its name: a session could write its audit records into nowhere.
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("REVOKE CREATE, TEMPORARY ON DATABASE {} FROM PUBLIC, {}").format(database, app))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app))
    connection.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(app))
    connection.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(app))
    connection.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(app))
    connection.execute(sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}").format(app))
    append_only = set(append_only_tables())
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if not model._meta.managed or getattr(model, "written_by_triggers", False):
            continue  # derived rows: only triggers of their owner write them
        allowed = sql.SQL("INSERT" if table in append_only else "INSERT, UPDATE, DELETE")
        connection.execute(sql.SQL("GRANT {} ON {} TO {}").format(allowed, sql.Identifier(table), app))
    for table in append_only:
        _guard(connection, table)


def _guard(connection: psycopg.Connection, table: str) -> None:
    name = sql.Identifier(table)
    for trigger, events in (("nesie_append_only", "UPDATE OR DELETE"), ("nesie_no_truncate", "TRUNCATE")):
        connection.execute(
            sql.SQL("CREATE OR REPLACE TRIGGER {} BEFORE {} ON {} EXECUTE FUNCTION nesie_refuse_change()").format(
                sql.Identifier(trigger), sql.SQL(events), name
            )
        )
