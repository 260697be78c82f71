from django.apps import AppConfig


class LoansConfig(AppConfig):
    name = "nesie.journey.loans"
    label = "loans"
