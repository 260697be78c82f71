from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "nesie.journey.payments"
    label = "payments"
