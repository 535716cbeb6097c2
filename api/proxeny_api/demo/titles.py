"""What made-up engagements are called: a template for each kind, a subject for each theme."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from proxeny_api.demo.cast import Record

MADE_UP = "(made up)"

SUBJECTS = {
    "governance_democracy": ("participatory budgeting", "open council records", "citizens' assemblies"),
    "climate_change": ("heat resilience", "climate budgets", "carbon-neutral districts"),
    "environment": ("clean air", "urban biodiversity", "circular waste collection"),
    "urban_planning_land_sustainability": ("compact growth", "reuse of port land", "affordable housing land"),
    "energy": ("building retrofits", "district heating", "solar roofs on schools"),
    "business_commercial": ("start-up exchange", "fair procurement", "small exporters"),
    "culture": ("heritage quarters", "music and night-time economy", "public libraries"),
    "health_wellbeing": ("healthy streets", "ageing well", "mental health of the young"),
    "disaster_preparedness": ("flood preparedness", "earthquake drills", "emergency shelters"),
    "education": ("schools as cooling shelters", "lifelong learning", "digital skills"),
    "inequality": ("social housing", "equal access to services", "gender-aware budgets"),
    "safety_security_crime": ("safe public spaces", "prevention of violence", "crowd safety"),
    "peace_building": ("cities for peace", "memory and reconciliation"),
    "transportation": ("zero-emission buses", "cycling networks", "street redesign"),
    "tourism": ("sustainable tourism", "visitor flows in the old town"),
    "research": ("urban observatories", "shared indicators of city services"),
    "poverty": ("food security", "energy poverty"),
    "migration": ("reception of newcomers", "labour inclusion of migrants"),
    "economic_development": ("green jobs", "inward investment", "neighbourhood economies"),
    "infrastructure": ("water reuse", "resilient drainage", "public Wi-Fi and fibre"),
}

SDGS = {
    "governance_democracy": ("16.6", "16.7"),
    "climate_change": ("13.1", "13.2"),
    "environment": ("11.6", "12.5", "15.1"),
    "urban_planning_land_sustainability": ("11.3", "11.7"),
    "energy": ("7.2", "7.3"),
    "business_commercial": ("8.3", "17.11"),
    "culture": ("11.4",),
    "health_wellbeing": ("3.4", "3.9"),
    "disaster_preparedness": ("11.5", "13.1"),
    "education": ("4.4", "4.7"),
    "inequality": ("10.2", "5"),
    "safety_security_crime": ("16.1", "11.7"),
    "peace_building": ("16.1", "16"),
    "transportation": ("11.2",),
    "tourism": ("8.9",),
    "research": ("9.5", "17.6"),
    "poverty": ("1.4", "2.1"),
    "migration": ("10.7",),
    "economic_development": ("8.3", "8.5"),
    "infrastructure": ("9.1", "6.3"),
}

TITLES = {
    "network_activity": (
        "Working group of the network on {subject}",
        "Session on {subject} at the assembly of the network",
        "Steering meeting of the network on {subject}",
    ),
    "conference": ("Conference on {subject} in {place}", "{place} forum on {subject}", "World summit on {subject}"),
    "mission": ("Study visit to {place} on {subject}", "Mission to {place} on {subject}"),
    "delegation": ("Delegation from {place} received on {subject}", "Visit by {place} to learn about {subject}"),
    "trade_mission": ("Trade mission to {place} around {subject}", "Business delegation to {place} on {subject}"),
    "twinning_activity": ("Twinning week with {place} on {subject}", "Youth exchange with {place} on {subject}"),
    "agreement_signing": (
        "Memorandum of understanding with {place} on {subject}",
        "Declaration of cities on {subject}",
    ),
    "advocacy_campaign": ("Joint letter of cities on {subject}", "Campaign for national support to {subject}"),
    "peer_exchange": ("Peer exchange with {place} on {subject}", "Peer review by {place} of work on {subject}"),
    "training": ("Staff training with {place} on {subject}", "Academy for city officers on {subject}"),
    "report_or_data_exchange": ("Report to the network on {subject}", "Data exchange with {place} on {subject}"),
    "joint_project": ("Joint project with {place} on {subject}", "Consortium of cities on {subject}"),
    "online_meeting": ("Webinar on {subject}", "Online round table with {place} on {subject}"),
    "other": ("Guest exhibition of {place} on {subject}", "Reception for consuls about {subject}"),
}
# Where the engagement belongs to no network, its title may not speak of one.
ALONE = {
    "network_activity": ("Working group of neighbouring cities on {subject}",),
    "report_or_data_exchange": ("Data exchange with {place} on {subject}",),
}

OUTCOMES = {
    "policy_change": ("Council adopts a plan for {subject}", "New rules in force on {subject}"),
    "pilot": ("Pilot of {subject} after the example of {place}", "Trial of {subject} in two districts"),
    "funding": ("Grant for {subject}", "Loan agreed for {subject}", "Fund opened for {subject}"),
    "capacity_built": ("Officers trained in {subject}", "New skills in the city on {subject}"),
    "project_plan": ("Project plan on {subject} agreed with {place}", "Feasibility study on {subject} finished"),
    "joint_policy": ("Common position of cities on {subject}", "Joint declaration with {place} on {subject}"),
    "investment_or_trade": ("Office of a {place} firm opens for {subject}", "Contract with {place} for {subject}"),
    "negative_effect": ("Local work on {subject} put off", "Complaints over cost of work on {subject}"),
    "other": ("Press attention for {subject}", "Award for {subject}"),
}


class Topic(NamedTuple):
    """What an engagement is about, and with which other city."""

    theme: str
    subject: str
    partner: Record


def choose_topic(random: Random, themes: list[str], partner: Record) -> Topic:
    """Return a topic within the themes, or within any when there are none."""
    theme = random.choice(themes or list(SUBJECTS))
    return Topic(theme, random.choice(SUBJECTS[theme]), partner)


def engagement_title(random: Random, kind: str, topic: Topic, networked: bool) -> str:
    """Return the title of an engagement, ending plainly in "(made up)"."""
    templates = TITLES[kind] if networked else ALONE.get(kind, TITLES[kind])
    return _filled(random.choice(templates), topic)


def outcome_title(random: Random, kind: str, topic: Topic) -> str:
    """Return the title of an outcome, ending plainly in "(made up)"."""
    return _filled(random.choice(OUTCOMES[kind]), topic)


def _filled(template: str, topic: Topic) -> str:
    return f"{template.format(subject=topic.subject, place=topic.partner['name'])} {MADE_UP}"
