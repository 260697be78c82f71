from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "nesie.foundation.audit"
    label = "audit"
