"""Writing a row unless one like it is there: in one statement, and without a savepoint."""

from __future__ import annotations

from django.db import connection, models


def write_once(row: models.Model, *columns: str) -> bool:
    """Insert a row; False, and nothing written, when these unique columns are taken already.

    Somebody who is just writing the same is waited for.
    """
    fields = row._meta.concrete_fields
    statement = (
        f"INSERT INTO {row._meta.db_table} ({', '.join(str(field.column) for field in fields)})"  # noqa: S608 - our own names
        f" VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT ({', '.join(columns)}) DO NOTHING"
    )
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)
