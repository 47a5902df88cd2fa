from django.urls import path

from recovery_network.privacy import views

urlpatterns = [path("", views.privacy, name="privacy")]
