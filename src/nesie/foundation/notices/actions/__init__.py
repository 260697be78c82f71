"""What others may ask of notices. `notify` joins the caller's transaction."""

from nesie.foundation.notices.actions.mark_read import mark_read
from nesie.foundation.notices.actions.notify import notify

__all__ = ["mark_read", "notify"]
