"""What of a registration may be shown to whom."""

from django.http import HttpRequest


def sees_bookings(request: HttpRequest) -> bool:
    """Whether more than name, organisation, code and state may be shown: not at the door."""
    return request.user.has_perm("registrations.view_booking")


def sees_needs(request: HttpRequest) -> bool:
    return request.user.has_perm("registrations.see_needs")


def may_run(request: HttpRequest) -> bool:
    """Whether someone runs the registrations, and sees addresses anyway."""
    return request.user.has_perms(
        ("registrations.change_registration", "registrations.view_booking")
    )
