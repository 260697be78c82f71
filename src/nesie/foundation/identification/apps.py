from django.apps import AppConfig


class IdentificationConfig(AppConfig):
    name = "nesie.foundation.identification"
    label = "identification"
