from django import template

from conferences.models import Conference
from network.models import Article, Organisation

register = template.Library()


@register.simple_tag
def gatherings_of(organisation: Organisation) -> list[Conference]:
    """Lets the page of an organisation tell what it arranges: public gatherings, the newest first."""
    public = Conference.objects.public().filter(organisers=organisation)
    return list(public.select_related("venue").order_by("-starts_at"))


@register.simple_tag
def gatherings_about(article: Article) -> list[Conference]:
    """Lets the page of an article lead to the public gatherings it is about, the newest first."""
    public = Conference.objects.public().filter(articles=article)
    return list(public.order_by("-starts_at"))
