from django.apps import AppConfig


class CreditworthinessConfig(AppConfig):
    name = "nesie.journey.creditworthiness"
    label = "creditworthiness"
