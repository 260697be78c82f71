from django.apps import AppConfig


class TermsConfig(AppConfig):
    name = "nesie.foundation.terms"
    label = "terms"
