"""What others may ask of the vault. The rotation is use cases; the rest are plain functions that join a transaction."""

from nesie.foundation.vault.actions.advance_key_rotation import advance_key_rotation
from nesie.foundation.vault.actions.begin_key_rotation import begin_key_rotation
from nesie.foundation.vault.actions.claim_index import claim_index
from nesie.foundation.vault.actions.finish_key_rotation import finish_key_rotation
from nesie.foundation.vault.actions.make_first_keys import make_first_keys
from nesie.foundation.vault.actions.release_index import release_index
from nesie.foundation.vault.actions.seal_bytes import seal_bytes

__all__ = [
    "advance_key_rotation",
    "begin_key_rotation",
    "claim_index",
    "finish_key_rotation",
    "make_first_keys",
    "release_index",
    "seal_bytes",
]
