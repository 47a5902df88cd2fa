from surveys.views.answering import link, link_thanks, survey, survey_list, thanks
from surveys.views.results import results
from surveys.views.saying_no import opt_out

__all__ = ["link", "link_thanks", "opt_out", "results", "survey", "survey_list", "thanks"]
