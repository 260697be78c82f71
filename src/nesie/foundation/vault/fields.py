"""A model column whose value is sealed under its owner's data key: `SealedField(owner="client_id")`."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute

# actions and queries stand on models, and the vault's own models use this field: they are imported when called.

if TYPE_CHECKING:
    _BinaryField = models.BinaryField[Any, Any]  # text or bytes, by the field's kind
else:
    _BinaryField = models.BinaryField


class Sealed:
    """A value as it lies in the database, not yet opened."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def __repr__(self) -> str:
        return "<sealed>"


class _Opened:
    """A value once opened, beside the sealed bytes it came from, so that an untouched one is not sealed anew."""

    __slots__ = ("plain", "raw")

    def __init__(self, plain: str | bytes, raw: bytes | None) -> None:
        self.plain, self.raw = plain, raw

    def __repr__(self) -> str:
        return "<sealed>"


class _SealedAttribute(DeferredAttribute):
    """Opens on the first read; takes str or bytes (by the field's kind) or None on assignment."""

    field: Any

    def __get__(self, instance: Any, cls: type | None = None) -> Any:
        held = super().__get__(instance, cls)
        if isinstance(held, Sealed):
            held = _Opened(self.field.open(instance, held.raw), held.raw)
            instance.__dict__[self.field.attname] = held
        return held.plain if isinstance(held, _Opened) else held

    def __set__(self, instance: Any, value: Any) -> None:
        if value is not None and not isinstance(value, Sealed):
            value = _Opened(self.field.checked(value), None)
        instance.__dict__[self.field.attname] = value


class SealedField(_BinaryField):
    """Text or bytes, sealed at save and opened when read.

    `owner` names the attribute (dots allowed) that gives the owner's UUID; `kind` is "text" or "bytes".
    The row's primary key must be a UUID known before the save: the sealed value is bound to it. Such a column can
    be neither searched, nor ordered, nor updated in bulk; search goes through the blind index.
    """

    descriptor_class = _SealedAttribute

    def __init__(self, *args: Any, owner: str, kind: str = "text", **kwargs: Any) -> None:
        if kind not in ("text", "bytes"):
            raise ValueError("kind is text or bytes")
        self.owner, self.kind = owner, kind
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """As Django asks, with the owner and kind."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "owner": self.owner, "kind": self.kind}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Also: the primary key is a UUID."""
        found = super().check(**kwargs)
        if not isinstance(self.model._meta.pk, models.UUIDField):
            found.append(checks.Error("a sealed field needs a UUID primary key", obj=self, id="vault.E001"))
        return found

    @property
    def label(self) -> str:
        """The table and column a sealed value is bound to."""
        return f"{self.model._meta.db_table}.{self.column}"

    def checked(self, value: Any) -> str | bytes:
        """The value when it is of the field's kind; TypeError (which does not tell it) otherwise."""
        if self.kind == "text" and isinstance(value, str):
            return value
        if self.kind == "bytes" and isinstance(value, bytes | bytearray | memoryview):
            return bytes(value)
        raise TypeError(f"{self.label} takes {self.kind}, not {type(value).__name__}")

    def open(self, instance: models.Model, raw: bytes) -> str | bytes:
        """The plain value of a row; SealBroken when it was altered or moved."""
        from nesie.foundation.vault import queries

        plain = queries.open_bytes(self._owner_of(instance), self.label, self._row_of(instance), raw)
        return plain.decode() if self.kind == "text" else plain

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        """Read lazily: a row of ten sealed columns opens only those that are looked at."""
        return None if value is None else Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        """What goes to the database: the bytes that came from there when untouched, else freshly sealed ones."""
        held = model_instance.__dict__.get(self.attname)
        if held is None or isinstance(held, Sealed):
            return held
        if held.raw is None:
            held.raw = self._sealed(model_instance, held.plain)
        return Sealed(held.raw)

    def get_prep_value(self, value: Any) -> Any:
        """Only sealed bytes reach SQL: a plain value in a filter or a bulk update is an error, not a leak."""
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is sealed: it can be neither searched nor updated in bulk")
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The sealed bytes for the driver."""
        sealed = self.get_prep_value(value)
        return None if sealed is None else connection.Database.Binary(sealed.raw)

    def value_to_string(self, obj: Any) -> str:
        """Dumps of the models may not carry it."""
        raise TypeError(f"{self.name} is sealed and is not exported")

    def _sealed(self, instance: models.Model, plain: str | bytes) -> bytes:
        from nesie.foundation.vault.actions.seal_bytes import seal_bytes

        data = plain.encode() if isinstance(plain, str) else plain
        return seal_bytes(self._owner_of(instance), self.label, self._row_of(instance), data)

    def _owner_of(self, instance: models.Model) -> UUID:
        owner = attrgetter(self.owner)(instance)
        if not isinstance(owner, UUID):
            raise TypeError(f"{self.label}: the owner {self.owner} is not set to a UUID")
        return owner

    def _row_of(self, instance: models.Model) -> UUID:
        if not isinstance(instance.pk, UUID):
            raise TypeError(f"{self.label}: the primary key must be a UUID set before the save")
        return instance.pk
