from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "nesie.journey.contracts"
    label = "contracts"
