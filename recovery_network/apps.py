from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class RecoveryNetworkConfig(AppConfig):
    name = "recovery_network"
    default = True

    def ready(self) -> None:
        from recovery_network import contacting, roles  # models exist only now
        from recovery_network.checks import proxies_are_told

        register(proxies_are_told, Tags.security, deploy=True)
        post_migrate.connect(roles.on_migrated)
        contacting.declare()


class RecoveryAdminConfig(AdminConfig):
    default_site = "recovery_network.admin_site.RecoveryAdminSite"
