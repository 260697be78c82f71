from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "nesie.foundation.exchange"
    label = "exchange"
