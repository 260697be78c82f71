"""What others may ask of the vault. The first three are plain functions that join the caller's transaction."""

from nesie.foundation.vault.actions.claim_index import claim_index
from nesie.foundation.vault.actions.release_index import release_index
from nesie.foundation.vault.actions.seal_bytes import seal_bytes

__all__ = ["claim_index", "release_index", "seal_bytes"]
