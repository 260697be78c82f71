from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "nesie.foundation.notices"
    label = "notices"
