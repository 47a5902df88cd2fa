from surveys.admin.survey import SurveyAdmin

__all__ = ["SurveyAdmin"]
