"""The bank: accounts by IBAN and IIN, payouts for the lender, a statement, and a page where a client repays.

It speaks a bank's host-to-host interface for companies: an OAuth token for client credentials, requests signed by a
detached JWS over the body, payment orders idempotent by the payer's `referenceId`, a statement read by cursor.
"""

from nesie.simulators.bank.app import PORT, create_app

__all__ = ["PORT", "create_app"]
