from django.apps import AppConfig


class AmlConfig(AppConfig):
    name = "nesie.journey.aml"
    label = "aml"
