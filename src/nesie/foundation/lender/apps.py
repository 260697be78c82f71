from django.apps import AppConfig


class LenderConfig(AppConfig):
    name = "nesie.foundation.lender"
    label = "lender"
