from django.apps import AppConfig


class NormsConfig(AppConfig):
    name = "nesie.foundation.norms"
    label = "norms"
