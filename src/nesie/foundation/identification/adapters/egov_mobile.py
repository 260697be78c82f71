"""eGov Mobile: the phone on which people keep their keys, called by a QR code or a link.

The application reads an address of ours, fetches the documents from there and brings the signatures back. Its makers
must first let our domain in; and as they have moved their links before, the link is configuration.
"""

from __future__ import annotations

from urllib.parse import quote

from nesie.foundation.identification.rules.mobile import Launch

_QR_PREFIX = "mobileSign:"


class EgovMobile:
    """`link` is a template in which `{link}` stands for our address; "" where the lender has no such agreement."""

    def __init__(self, link: str) -> None:
        self._link = link

    def launch(self, address: str) -> Launch | None:
        """As the gateway says."""
        if not self._link:
            return None
        return Launch(_QR_PREFIX + address, self._link.replace("{link}", quote(address, safe="")))
