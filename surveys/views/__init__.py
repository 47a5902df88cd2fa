from surveys.views.answering import link, link_thanks, survey, survey_list, thanks

__all__ = ["link", "link_thanks", "survey", "survey_list", "thanks"]
