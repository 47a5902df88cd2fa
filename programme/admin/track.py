from programme.models import Track
from recovery_network.admin_base import OurTabularInline


class TrackInline(OurTabularInline):
    model = Track
    fields = ("name", "position")
