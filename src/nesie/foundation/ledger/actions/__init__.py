"""What can be done with the books."""

from nesie.foundation.ledger.actions.bulk import bulk
from nesie.foundation.ledger.actions.choose_accounts import choose_accounts
from nesie.foundation.ledger.actions.close_period import close_period
from nesie.foundation.ledger.actions.contribute_capital import contribute_capital
from nesie.foundation.ledger.actions.export_books import export_books
from nesie.foundation.ledger.actions.hold import hold, post_hold, void_hold
from nesie.foundation.ledger.actions.keep_accounts import keep_accounts
from nesie.foundation.ledger.actions.keep_reconciliation import keep_reconciliation
from nesie.foundation.ledger.actions.post import post, post_many, reverse

__all__ = [
    "bulk",
    "choose_accounts",
    "close_period",
    "contribute_capital",
    "export_books",
    "hold",
    "keep_accounts",
    "keep_reconciliation",
    "post",
    "post_hold",
    "post_many",
    "reverse",
    "void_hold",
]
