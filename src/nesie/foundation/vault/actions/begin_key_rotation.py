"""Begin to replace the master key or the blind-index key."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault import queries
from nesie.foundation.vault.actions.seal_bytes import hold_versions
from nesie.foundation.vault.models import KeyVersion
from nesie.foundation.vault.rules import Family, KeyState, RotationUnderWay
from nesie.kernel.actor import Actor


@use_case
def begin_key_rotation(actor: Actor, now: datetime, *, family: Family) -> int:
    """Make the next key version and bring it into use; its number. RotationUnderWay when one is not finished.

    Master: new data keys are wrapped by it at once. Index: every claim from now on has a row under the old key and
    under the new one, so that uniqueness holds throughout; search stays with the old until the new is complete.
    """
    hold_versions(family, exclusively=True)
    if queries.rotating(family) is not None:
        raise RotationUnderWay
    newest = queries.newest_version(family)
    version = newest + 1
    # On the ring before in the database: a version the database names can always be used, whenever we are killed.
    queries.keyring().make(family, version)
    if family is Family.MASTER:
        KeyVersion.objects.filter(family=family, version=newest).update(state=KeyState.RETIRING)
    state = KeyState.CURRENT if family is Family.MASTER else KeyState.FILLING
    KeyVersion.objects.create(family=family, version=version, state=state, began_at=now)
    return version
