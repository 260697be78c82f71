"""What others may ask of the vault: plain functions that join the caller's transaction."""

from nesie.foundation.vault.actions.claim_index import claim_index
from nesie.foundation.vault.actions.make_first_keys import make_first_keys
from nesie.foundation.vault.actions.release_index import release_index
from nesie.foundation.vault.actions.seal_bytes import seal_bytes

__all__ = ["claim_index", "make_first_keys", "release_index", "seal_bytes"]
