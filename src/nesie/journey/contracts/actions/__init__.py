"""Use cases of contracts."""

from nesie.journey.contracts.actions.announce_cooling_off_over import announce_cooling_off_over
from nesie.journey.contracts.actions.cancel_change import cancel_change
from nesie.journey.contracts.actions.cancel_contract import cancel_contract
from nesie.journey.contracts.actions.consent_to_conclude import consent_to_conclude
from nesie.journey.contracts.actions.consent_to_receive import consent_to_receive
from nesie.journey.contracts.actions.decline_change import decline_change
from nesie.journey.contracts.actions.draft_change import draft_change
from nesie.journey.contracts.actions.draft_consent_to_receive import draft_consent_to_receive
from nesie.journey.contracts.actions.draft_contract import draft_contract
from nesie.journey.contracts.actions.expire_change import expire_change
from nesie.journey.contracts.actions.fail_change import fail_change
from nesie.journey.contracts.actions.fail_disbursement import fail_disbursement
from nesie.journey.contracts.actions.fail_payout import fail_payout
from nesie.journey.contracts.actions.finish_change import finish_change
from nesie.journey.contracts.actions.finish_disbursement import finish_disbursement
from nesie.journey.contracts.actions.finish_payout import finish_payout
from nesie.journey.contracts.actions.record_exemption import record_exemption
from nesie.journey.contracts.actions.request_consent_code import request_consent_code
from nesie.journey.contracts.actions.sign_change import sign_change
from nesie.journey.contracts.actions.sign_contract import sign_contract
from nesie.journey.contracts.actions.start_disbursement import start_disbursement
from nesie.journey.contracts.actions.start_payout import start_payout

__all__ = [
    "announce_cooling_off_over",
    "cancel_change",
    "cancel_contract",
    "consent_to_conclude",
    "consent_to_receive",
    "decline_change",
    "draft_change",
    "draft_consent_to_receive",
    "draft_contract",
    "expire_change",
    "fail_change",
    "fail_disbursement",
    "fail_payout",
    "finish_change",
    "finish_disbursement",
    "finish_payout",
    "record_exemption",
    "request_consent_code",
    "sign_change",
    "sign_contract",
    "start_disbursement",
    "start_payout",
]
