"""Surveys: marks that customers give, and whose they are."""

from trunkline.features.surveys.api import router
from trunkline.features.surveys.facts import SurveyRows
from trunkline.features.surveys.schemas import SurveyCard
from trunkline.features.surveys.service import for_interaction, of_interactions

__all__ = ["SurveyCard", "SurveyRows", "for_interaction", "of_interactions", "router"]
