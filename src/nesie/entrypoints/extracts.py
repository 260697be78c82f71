"""Parts of the books as files: text as the database streams it, or Parquet made of that text by DuckDB.

Neither is ever held in memory whole: text goes block by block, Parquet in groups of rows through a temporary folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nesie.foundation.ledger import queries
from nesie.foundation.ledger.rules import Exported, Format

MEDIA_TYPES = {Format.CSV: "text/csv; charset=utf-8", Format.PARQUET: "application/vnd.apache.parquet"}
BLOCK_BYTES = 1 << 20
# DuckDB fetches extensions from the network by itself unless told not to; what is needed here is built in.
_ALONE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false", "memory_limit": "256MB"}


def blocks(exported: Exported) -> Iterator[bytes]:
    """The file, block by block."""
    if exported.form is Format.CSV:
        yield from queries.extract_csv(exported.extract, exported.first, exported.last)
        return
    with _parquet(exported) as path, path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


@contextmanager
def _parquet(exported: Exported) -> Iterator[Path]:
    import duckdb  # a large library that only this needs

    with tempfile.TemporaryDirectory(prefix="nesie-extract-") as folder:
        text, file = Path(folder, "rows.csv"), Path(folder, "rows.parquet")
        with text.open("wb") as written:
            for block in queries.extract_csv(exported.extract, exported.first, exported.last):
                written.write(block)
        columns = dict(queries.COLUMNS[exported.extract])
        with duckdb.connect(":memory:", config={**_ALONE, "temp_directory": folder}) as made:
            rows = made.read_csv(str(text), header=True, columns=columns)
            rows.write_parquet(str(file), compression="zstd")
        text.unlink()
        yield file
