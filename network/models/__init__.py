from network.models.article import Article
from network.models.hub import Hub, HubMember, Milestone
from network.models.organisation import Organisation, OrganisationAlias
from network.models.resource import Resource, ResourceSeries, Topic
from network.models.sign_in import SignIn
from network.models.steering import SteeringSeat
from network.models.user import User

__all__ = [
    "Article",
    "Hub",
    "HubMember",
    "Milestone",
    "Organisation",
    "OrganisationAlias",
    "Resource",
    "ResourceSeries",
    "SignIn",
    "SteeringSeat",
    "Topic",
    "User",
]
