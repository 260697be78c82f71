"""Use cases of registration, accounts, acknowledgements, letters and the client's status."""

from nesie.journey.clients.actions.accept_consents import accept_consents
from nesie.journey.clients.actions.acknowledge import acknowledge
from nesie.journey.clients.actions.add_account import add_account
from nesie.journey.clients.actions.agree_to_details_change import agree_to_details_change
from nesie.journey.clients.actions.apply_details_change import apply_details_change
from nesie.journey.clients.actions.begin_biometric_step import begin_biometric_step
from nesie.journey.clients.actions.begin_eds_step import begin_eds_step
from nesie.journey.clients.actions.begin_liveness_step import begin_liveness_step
from nesie.journey.clients.actions.block_client import block_client
from nesie.journey.clients.actions.cancel_by_link import cancel_by_link
from nesie.journey.clients.actions.cancel_details_change import cancel_details_change
from nesie.journey.clients.actions.complete_registration import complete_registration
from nesie.journey.clients.actions.confirm_new_phone import confirm_new_phone
from nesie.journey.clients.actions.confirm_phone import confirm_phone
from nesie.journey.clients.actions.expire_details_change import expire_details_change
from nesie.journey.clients.actions.flag_leak import flag_leak
from nesie.journey.clients.actions.prepare_statement import prepare_statement
from nesie.journey.clients.actions.propose_account_change import propose_account_change
from nesie.journey.clients.actions.propose_document_change import propose_document_change
from nesie.journey.clients.actions.propose_phone_change import propose_phone_change
from nesie.journey.clients.actions.read_letter import read_letter
from nesie.journey.clients.actions.record_biometric_step import record_biometric_step
from nesie.journey.clients.actions.record_document_check import record_document_check
from nesie.journey.clients.actions.record_eds_step import record_eds_step
from nesie.journey.clients.actions.record_phone_owner import record_phone_owner
from nesie.journey.clients.actions.record_state_check import record_state_check
from nesie.journey.clients.actions.renew_identification import renew_identification
from nesie.journey.clients.actions.reply_letter import reply_letter
from nesie.journey.clients.actions.request_document_check import request_document_check
from nesie.journey.clients.actions.request_state_check import request_state_check
from nesie.journey.clients.actions.review_registration import review_registration
from nesie.journey.clients.actions.save_document import save_document
from nesie.journey.clients.actions.save_entity import save_entity
from nesie.journey.clients.actions.save_person import save_person
from nesie.journey.clients.actions.save_photo import save_photo
from nesie.journey.clients.actions.send_letter import send_letter
from nesie.journey.clients.actions.start_registration import start_registration
from nesie.journey.clients.actions.unblock_client import unblock_client
from nesie.journey.clients.actions.warn_of_document import warn_of_document

__all__ = [
    "accept_consents",
    "acknowledge",
    "add_account",
    "agree_to_details_change",
    "apply_details_change",
    "begin_biometric_step",
    "begin_eds_step",
    "begin_liveness_step",
    "block_client",
    "cancel_by_link",
    "cancel_details_change",
    "complete_registration",
    "confirm_new_phone",
    "confirm_phone",
    "expire_details_change",
    "flag_leak",
    "prepare_statement",
    "propose_account_change",
    "propose_document_change",
    "propose_phone_change",
    "read_letter",
    "record_biometric_step",
    "record_document_check",
    "record_eds_step",
    "record_phone_owner",
    "record_state_check",
    "renew_identification",
    "reply_letter",
    "request_document_check",
    "request_state_check",
    "review_registration",
    "save_document",
    "save_entity",
    "save_person",
    "save_photo",
    "send_letter",
    "start_registration",
    "unblock_client",
    "warn_of_document",
]
