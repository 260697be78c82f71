"""Who may run the use cases of contracts (Rules, paragraph 27)."""

from __future__ import annotations

from nesie.kernel.actor import Role

_CLIENT = frozenset({Role.CLIENT})
_WORKER = frozenset({Role.WORKER})
_OFFICER = frozenset({Role.CREDIT_OFFICER})

PERMITTED: dict[str, frozenset[Role]] = {
    "draft_contract": _CLIENT,
    "request_consent_code": _CLIENT,
    "consent_to_conclude": _CLIENT,
    "sign_contract": _CLIENT,
    "draft_consent_to_receive": _CLIENT,
    "consent_to_receive": _CLIENT,
    "cancel_contract": _CLIENT,
    "record_exemption": _OFFICER,
    "announce_cooling_off_over": _WORKER,
    "start_disbursement": _WORKER,
    "fail_disbursement": _WORKER,
    "finish_disbursement": _WORKER,
    "draft_change": _OFFICER,
    "cancel_change": _OFFICER,
    "sign_change": _CLIENT,
    "decline_change": _CLIENT,
    "expire_change": _WORKER,
    "finish_change": _WORKER,
    "fail_change": _WORKER,
    "start_payout": _WORKER,
    "fail_payout": _WORKER,
    "finish_payout": _WORKER,
}
# An exemption lets money out without the 24 hours, so a second officer confirms its evidence.
FOUR_EYES: frozenset[str] = frozenset({"record_exemption"})
