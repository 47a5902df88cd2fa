from membership.models.consent import ConsentRecord
from membership.models.joining import JoiningRules, JoinRequest
from membership.models.membership import Membership

__all__ = ["ConsentRecord", "JoinRequest", "JoiningRules", "Membership"]
