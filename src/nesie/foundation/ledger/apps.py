from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "nesie.foundation.ledger"
    label = "ledger"
