"""The code lists as types: one `Literal` each, so that models, checks and documents share one spelling.

Source: the study of 27 cities (Chicago Council on Global Affairs, UCL City Leadership Lab, Melbourne School of Design,
2017); IATI 2.03; the UN's Sustainable Development Goals; Nesta Standards of Evidence.
"""

from typing import Literal, get_args

VERSION = "2026-11"

DiplomacyType = Literal[
    "place_based_global_engagement",
    "municipal_foreign_policy",
    "city_twinning_bilateral",
    "city_networks",
    "nonmunicipal_city_networking",
]
Scope = Literal["national", "regional", "international"]
NetworkKind = Literal["city_network", "twinning", "programme", "multilateral_process", "national_association", "other"]
Theme = Literal[
    "governance_democracy",
    "climate_change",
    "environment",
    "urban_planning_land_sustainability",
    "energy",
    "business_commercial",
    "culture",
    "health",
    "health_wellbeing",
    "disaster_preparedness",
    "education",
    "inequality",
    "safety_security_crime",
    "peace_building",
    "transportation",
    "tourism",
    "research",
    "poverty",
    "migration",
    "economic_development",
    "infrastructure",
    "other",
]
Framework = Literal["sdg", "paris_agreement", "new_urban_agenda", "sendai", "other"]
EngagementKind = Literal[
    "network_activity",
    "conference",
    "mission",
    "delegation",
    "trade_mission",
    "twinning_activity",
    "agreement_signing",
    "advocacy_campaign",
    "peer_exchange",
    "training",
    "report_or_data_exchange",
    "joint_project",
    "online_meeting",
    "other",
]
EngagementStatus = Literal["planned", "ongoing", "completed", "cancelled"]
Mode = Literal["in_person", "online", "hybrid"]
DiplomaticFunction = Literal[
    "communicate", "negotiate", "gather_information", "prevent_conflict", "participate_international_society"
]
ActorType = Literal[
    "city",
    "borough",
    "metropolitan",
    "regional_authority",
    "central_government",
    "foreign_government",
    "un_agency",
    "multilateral_bank",
    "treaty_body",
    "ngo",
    "civil_society",
    "corporation",
    "business_coalition",
    "city_network",
    "university",
    "other",
]
OutcomeKind = Literal[
    "policy_change",
    "pilot",
    "funding",
    "capacity_built",
    "project_plan",
    "joint_policy",
    "investment_or_trade",
    "negative_effect",
    "other",
]
PolicyLevel = Literal["local", "regional", "national", "supranational"]
CapacityUnit = Literal["people", "hours"]
OutcomeStatus = Literal["expected", "reported", "verified", "rejected", "superseded"]
FundingStage = Literal["pledged", "committed", "disbursed", "cancelled"]
ResultLevel = Literal["output", "outcome", "impact", "other"]
ContributionStrength = Literal["sole", "major", "minor", "none", "unknown"]
EvidenceKind = Literal[
    "council_minute",
    "legal_text",
    "budget_line",
    "contract",
    "evaluation",
    "survey",
    "press",
    "testimony",
    "network_report",
]
CostCategory = Literal[
    "membership_fee",
    "travel",
    "accommodation",
    "staff_time",
    "leader_time",
    "event",
    "consultancy",
    "translation",
    "in_kind",
    "co_financing",
    "overhead",
    "other",
]
FundedBy = Literal["city", "network", "partner", "external_grant", "other"]
MembershipRole = Literal["observer", "member", "executive", "chair", "host"]
ContactFrequency = Literal["daily", "weekly", "monthly", "six_monthly", "yearly", "never"]
MeetingRegularity = Literal["at_least_yearly", "irregular", "none", "unknown"]
Benefit = Literal[
    "networking_partnership", "practical_know_how", "advocacy_lobbying", "peer_exchange", "reports_research"
]
Barrier = Literal["leader_time", "travel", "budget", "too_many_networks_events", "short_staffed"]
PublicValueDimension = Literal["return_on_investment", "economic_opportunity", "quality_of_life"]
Visibility = Literal["private", "network", "public"]
Sharing = Literal["none", "totals", "indicators", "records"]

SDG_TARGETS: dict[int, str] = {
    1: "12345ab",
    2: "12345abc",
    3: "123456789abcd",
    4: "1234567abc",
    5: "123456abc",
    6: "123456ab",
    7: "123ab",
    8: "1 2 3 4 5 6 7 8 9 10 a b",
    9: "12345abc",
    10: "1234567abc",
    11: "1234567abc",
    12: "12345678abc",
    13: "123ab",
    14: "1234567abc",
    15: "123456789abc",
    16: "1 2 3 4 5 6 7 8 9 10 a b",
    17: " ".join(str(number) for number in range(1, 20)),
}


def sdg_codes() -> tuple[str, ...]:
    """Return the 17 goals and 169 targets, `11` and `11.5`, in the order of the UN's framework."""
    codes: list[str] = []
    for goal, targets in SDG_TARGETS.items():
        codes.append(str(goal))
        codes.extend(f"{goal}.{target}" for target in (targets.split() if " " in targets else targets))
    return tuple(codes)


LISTS: dict[str, tuple[str, ...]] = {
    "actor_type": get_args(ActorType),
    "barrier": get_args(Barrier),
    "benefit": get_args(Benefit),
    "capacity_unit": get_args(CapacityUnit),
    "contact_frequency": get_args(ContactFrequency),
    "contribution_strength": get_args(ContributionStrength),
    "cost_category": get_args(CostCategory),
    "diplomacy_type": get_args(DiplomacyType),
    "diplomatic_function": get_args(DiplomaticFunction),
    "engagement_kind": get_args(EngagementKind),
    "engagement_status": get_args(EngagementStatus),
    "evidence_kind": get_args(EvidenceKind),
    "evidence_level": tuple("012345"),
    "framework": get_args(Framework),
    "funded_by": get_args(FundedBy),
    "funding_stage": get_args(FundingStage),
    "meeting_regularity": get_args(MeetingRegularity),
    "membership_role": get_args(MembershipRole),
    "mode": get_args(Mode),
    "network_kind": get_args(NetworkKind),
    "outcome_kind": get_args(OutcomeKind),
    "outcome_status": get_args(OutcomeStatus),
    "policy_level": get_args(PolicyLevel),
    "public_value_dimension": get_args(PublicValueDimension),
    "result_level": get_args(ResultLevel),
    "scope": get_args(Scope),
    "sdg": sdg_codes(),
    "sharing": get_args(Sharing),
    "theme": get_args(Theme),
    "visibility": get_args(Visibility),
}
