"""What others may ask of documents: `store`, `record_event`, `witness` join the transaction, the rest are use cases."""

from nesie.foundation.documents.actions.confirm_delivery import confirm_delivery
from nesie.foundation.documents.actions.open_document import open_document
from nesie.foundation.documents.actions.record_event import record_event
from nesie.foundation.documents.actions.store import store
from nesie.foundation.documents.actions.witness import witness

__all__ = ["confirm_delivery", "open_document", "record_event", "store", "witness"]
