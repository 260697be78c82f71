"""The outside world as this installation reaches it: addresses, credentials, and who carries which message."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from nesie.foundation.exchange.adapters.switchboard import Switchboard
from nesie.foundation.exchange.gateways import Carrier
from nesie.foundation.identification.adapters.carrier import PersonCarrier, StandingCarrier
from nesie.foundation.identification.adapters.egov import EgovBusinesses, EgovPhones
from nesie.foundation.identification.adapters.registry import GatewayRegistry
from nesie.foundation.identification.rules.persons import PERSON_KIND
from nesie.foundation.identification.rules.standing import BUSINESS_KIND, PHONE_OWNER_KIND
from nesie.foundation.notices.adapters.carrier import KINDS as NOTICE_KINDS
from nesie.foundation.notices.adapters.carrier import NoticeCarrier
from nesie.foundation.notices.adapters.http import HttpEmail, HttpSms
from nesie.journey.aml.adapters.afm import AfmLists
from nesie.journey.aml.adapters.carrier import ListCarrier
from nesie.journey.aml.rules import LIST_MESSAGE
from nesie.journey.creditworthiness.adapters.carrier import CreditCarrier
from nesie.journey.creditworthiness.adapters.fcb import FcbReports
from nesie.journey.creditworthiness.adapters.state import StateStandings
from nesie.journey.creditworthiness.adapters.stop_credit import StopCredit
from nesie.journey.creditworthiness.rules import InquiryKind, message_kind
from nesie.journey.payments.adapters.carrier import KINDS as PAYMENT_KINDS
from nesie.journey.payments.adapters.carrier import BankCarrier
from nesie.journey.payments.adapters.http import HttpBank
from nesie.journey.payments.gateways import Bank

# What the emulated systems of the demo accept; never used outside it.
_DEMO = {
    "BANK_CLIENT": "nesie-demo",
    "BANK_SECRET": "demo-only-bank-secret",
    "BUREAU_USER": "nesie-demo",
    "BUREAU_PASSWORD": "nesie-demo",
    "EGOV_USER": "nesie-demo",
    "EGOV_PASSWORD": "nesie-demo",
}


def credential(name: str) -> str:
    """`NESIE_<NAME>` of the environment; in the demo what the emulators accept. ImproperlyConfigured when missing."""
    given = os.environ.get(f"NESIE_{name}")
    if given:
        return given
    if "EMULATORS" in settings.NESIE_DEMO_PARTS:
        return _DEMO[name]
    raise ImproperlyConfigured(f"NESIE_{name} is not set")


def bank() -> Bank:
    """The bank that keeps the lender's account."""
    timeout = settings.NESIE_GATEWAY_TIMEOUT_SECONDS
    return HttpBank(settings.NESIE_ADDRESSES["bank"], credential("BANK_CLIENT"), credential("BANK_SECRET"), timeout)


def carrier() -> Switchboard:
    """Everything that leaves the building, by kind of message."""
    at, timeout = settings.NESIE_ADDRESSES, settings.NESIE_GATEWAY_TIMEOUT_SECONDS
    notices = NoticeCarrier(HttpSms(at["messages"], timeout), HttpEmail(at["messages"], timeout))
    persons = PersonCarrier(GatewayRegistry(at["registry"], **settings.NESIE_REGISTRY, timeout=timeout))
    egov = {"user": credential("EGOV_USER"), "password": credential("EGOV_PASSWORD")}
    businesses = EgovBusinesses(at["egov"], **egov, timeout=timeout)
    standing = StandingCarrier(EgovPhones(at["egov"], **egov, timeout=timeout), businesses)
    reports = FcbReports(
        at["bureau"],
        user=credential("BUREAU_USER"),
        password=credential("BUREAU_PASSWORD"),
        entity_type=settings.NESIE_BUREAU_ENTITY_TYPE,
        timeout=timeout,
    )
    credit = CreditCarrier(reports, StopCredit(at["bureau"], timeout=timeout), StateStandings(businesses))
    routes: dict[str, Carrier] = {kind: notices for kind in NOTICE_KINDS}
    routes |= {message_kind(kind): credit for kind in InquiryKind}
    routes |= {PERSON_KIND: persons, LIST_MESSAGE: ListCarrier(AfmLists(at["afm"], timeout=timeout))}
    routes |= {PHONE_OWNER_KIND: standing, BUSINESS_KIND: standing}
    payments = BankCarrier(bank())
    routes |= {kind: payments for kind in PAYMENT_KINDS}
    return Switchboard(routes)
