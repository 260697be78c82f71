"""Use cases of registration, accounts, acknowledgements, letters and the client's status."""

from nesie.journey.clients.actions.accept_consents import accept_consents
from nesie.journey.clients.actions.acknowledge import acknowledge
from nesie.journey.clients.actions.add_account import add_account
from nesie.journey.clients.actions.begin_biometric_step import begin_biometric_step
from nesie.journey.clients.actions.begin_eds_step import begin_eds_step
from nesie.journey.clients.actions.block_client import block_client
from nesie.journey.clients.actions.complete_registration import complete_registration
from nesie.journey.clients.actions.confirm_phone import confirm_phone
from nesie.journey.clients.actions.prepare_statement import prepare_statement
from nesie.journey.clients.actions.read_letter import read_letter
from nesie.journey.clients.actions.record_biometric_step import record_biometric_step
from nesie.journey.clients.actions.record_eds_step import record_eds_step
from nesie.journey.clients.actions.record_state_check import record_state_check
from nesie.journey.clients.actions.reply_letter import reply_letter
from nesie.journey.clients.actions.request_state_check import request_state_check
from nesie.journey.clients.actions.review_registration import review_registration
from nesie.journey.clients.actions.save_document import save_document
from nesie.journey.clients.actions.save_person import save_person
from nesie.journey.clients.actions.save_photo import save_photo
from nesie.journey.clients.actions.send_letter import send_letter
from nesie.journey.clients.actions.start_registration import start_registration
from nesie.journey.clients.actions.unblock_client import unblock_client

__all__ = [
    "accept_consents",
    "acknowledge",
    "add_account",
    "begin_biometric_step",
    "begin_eds_step",
    "block_client",
    "complete_registration",
    "confirm_phone",
    "prepare_statement",
    "read_letter",
    "record_biometric_step",
    "record_eds_step",
    "record_state_check",
    "reply_letter",
    "request_state_check",
    "review_registration",
    "save_document",
    "save_person",
    "save_photo",
    "send_letter",
    "start_registration",
    "unblock_client",
]
