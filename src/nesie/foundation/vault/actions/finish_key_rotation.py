"""Retire the old key once nothing depends on it."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault import queries
from nesie.foundation.vault.actions.seal_bytes import hold_versions
from nesie.foundation.vault.models import IndexRow, KeyVersion
from nesie.foundation.vault.rules import Family, KeyState, NoRotationUnderWay, RotationUnfinished
from nesie.kernel.actor import Actor


@use_case
def finish_key_rotation(actor: Actor, now: datetime, *, family: Family) -> int:
    """The new version stands alone; its number. NoRotationUnderWay, RotationUnfinished while rows are left.

    The retired key stays on the ring: a backup made before may need it.
    """
    hold_versions(family, exclusively=True)
    version = queries.rotating(family)
    if version is None:
        raise NoRotationUnderWay
    left = queries.rotation_left(family)
    if left:
        raise RotationUnfinished(left=left)
    versions = KeyVersion.objects.filter(family=family)
    versions.exclude(version=version).update(state=KeyState.RETIRED)
    versions.filter(version=version).update(state=KeyState.CURRENT)
    if family is Family.INDEX:
        IndexRow.objects.exclude(key_version=version).delete()
    return version
