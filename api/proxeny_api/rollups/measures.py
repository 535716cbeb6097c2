"""The sums that figures are made of: one column of the rollup each, and one way to name them."""

from typing import get_args

from proxeny_api.vocabularies.codes import CostCategory, FundingStage, OutcomeKind, PolicyLevel

COST_CATEGORIES: tuple[str, ...] = get_args(CostCategory)
OUTCOME_KINDS: tuple[str, ...] = get_args(OutcomeKind)
POLICY_LEVELS: tuple[str, ...] = get_args(PolicyLevel)
FUNDING_STAGES: tuple[str, ...] = get_args(FundingStage)

ACTIVITY: tuple[str, ...] = ("engagements", "leader_hours", "staff_hours", "engagement_n")
COST_MONEY: tuple[str, ...] = (*(f"cost_{category}" for category in COST_CATEGORIES), "cost_external")
COST_COUNTS: tuple[str, ...] = ("cost_n",)
OUTCOME_MONEY: tuple[str, ...] = (*(f"funding_{stage}" for stage in FUNDING_STAGES), "benefit")
OUTCOME_COUNTS: tuple[str, ...] = (
    *(f"outcomes_{kind}" for kind in OUTCOME_KINDS),
    *(f"level_{level}" for level in POLICY_LEVELS),
    "outcomes_verified",
    "outcomes_expected",
    "capacity_people",
    "capacity_hours",
    "benefit_n",
    "outcome_n",
)
MONEY: tuple[str, ...] = (*COST_MONEY, *OUTCOME_MONEY)
COUNTS: tuple[str, ...] = (*ACTIVITY, *COST_COUNTS, *OUTCOME_COUNTS)
KEPT_IN: tuple[str, ...] = ("eur", "local")
MISSING: tuple[str, ...] = tuple(f"missing_{currency}" for currency in KEPT_IN)
COLUMNS: tuple[str, ...] = (
    *COUNTS,
    *(f"{measure}_{currency}" for measure in MONEY for currency in KEPT_IN),
    *MISSING,
)
