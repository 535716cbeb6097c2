"""The sentences of a summary, as data: what is said when, what is undefined by its name, and why in words.

``{cost.total}`` is a figure with its unit, ``{engagements.count|engagement|engagements}`` one with its noun. A sentence
is said when every figure that it names has a value and its condition holds. After a colon stand parts of a figure:
``:range`` its interval, ``:assumed`` the levers that nobody recorded, ``:method`` the method. ``{each}`` and
``{base_year}`` and the lists ``{spent}``, ``{kinds}`` and ``{break_even}`` are made of the answer; ``{shared}``
explains parts of outcomes where there are any.
"""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """A sentence, and of which figures it asks that they be nought, more than nought, or more than one."""

    text: str
    none_of: tuple[str, ...] = ()
    some_of: tuple[str, ...] = ()
    over_one: tuple[str, ...] = ()
    not_beside: str | None = None
    """A figure beside which this would say the same twice."""


Choice = tuple[Sentence, ...]
"""Sentences of which the first that can be said is said."""

RETURN = "For each {{each}} put in, {{{0}}} came back{{{0}:range}}, by the method {{{0}:method}}{{{0}:assumed}}."

PARAGRAPHS: tuple[tuple[Choice, ...], ...] = (
    (
        (
            Sentence("Nothing was spent.", none_of=("cost.total",)),
            Sentence("{cost.total} was spent, all of it municipal money.", none_of=("cost.external",)),
            Sentence("{cost.total} was spent, all of it by others.", none_of=("cost.own",)),
            Sentence(
                "{cost.total} was spent: {cost.own} of municipal money, and {cost.external} that others paid.",
            ),
            Sentence("{cost.total} was spent."),
            Sentence("{cost.own} of municipal money was spent."),
        ),
        (Sentence("{spent}"),),
        (Sentence("What the city spent is {budget.share} of its whole budget of the same fiscal years."),),
    ),
    (
        (
            Sentence(
                "It took {engagements.count|engagement|engagements}, {hours.leader|hour|hours} of leaders and"
                " {hours.staff|hour|hours} of staff."
            ),
            Sentence("It took {hours.leader|hour|hours} of leaders."),
            Sentence("It took {engagements.count|engagement|engagements}."),
        ),
    ),
    (
        (
            Sentence("No outcome has been reported so far.", none_of=("outcomes.count",)),
            Sentence("{outcomes.count|outcome|outcomes} came of it{kinds}."),
        ),
        (Sentence("{shared}"),),
        (Sentence("{outcomes.verified_share} of this is verified.", some_of=("outcomes.count",)),),
        (
            Sentence(
                "{outcomes.expected|more outcome is|more outcomes are} expected.", some_of=("outcomes.expected",)
            ),
        ),
        (
            Sentence(
                "{capacity.people_trained|person was|people were} trained.", some_of=("capacity.people_trained",)
            ),
        ),
        (
            Sentence(
                "{capacity.hours|hour of training was|hours of training were} given.", some_of=("capacity.hours",)
            ),
        ),
        (Sentence("An outcome cost {cost.per_outcome} on average{cost.per_outcome:range}."),),
    ),
    (
        (
            Sentence("No external funding was mobilised.", none_of=("funding.mobilised",)),
            Sentence("{funding.mobilised} of external funding was mobilised."),
        ),
        (
            Sentence(
                "That is {funding.leverage} for each {each} of municipal money{funding.leverage:range}.",
                some_of=("funding.mobilised",),
            ),
        ),
        (Sentence("{funding.pledged} more is pledged.", some_of=("funding.pledged",)),),
        (Sentence("Counting only money that moved, the return on municipal money is {roi}."),),
    ),
    (
        (
            Sentence(RETURN.format("sroi")),
            Sentence(RETURN.format("bcr"), not_beside="sroi"),
        ),
        (Sentence("Counting only evidence of level 3 or better, that is {evidence.floor.3}{evidence.floor.3:range}."),),
        (Sentence("Benefits less costs come to {npv}{npv:range}, as worth in {base_year}."),
         Sentence("Benefits less costs come to {npv}{npv:range}.")),
        (Sentence("{break_even}"),),
        (
            Sentence("What was put in is paid back after {payback|year|years}."),
            Sentence("What was put in is paid back after {payback.discounted|year|years}, discounted."),
        ),
        (Sentence("As a rate of return that is {irr}."),),
    ),
    (
        (
            Sentence(
                "Half of the engagements have an outcome within"
                " {time_to_outcome|day|days}{time_to_outcome:range}."
            ),
        ),
        (
            Sentence(
                "Of the engagements old enough to be judged, {conversion.rate} have an outcome{conversion.rate:range}."
            ),
        ),
        (Sentence("Of the pilots, {pilot.adoption_rate} became policy{pilot.adoption_rate:range}."),),
        (
            Sentence(
                "What was claimed is {double_count.factor} times what came about.", over_one=("double_count.factor",)
            ),
        ),
    ),
)  # fmt: skip

SHARED = "Outcomes that are shared count in part."
LEVERS = {"drop_off": "drop-off", "attribution_to_others": "attribution to others"}
CATEGORIES = {
    "membership_fee": "membership fees",
    "event": "events",
    "in_kind": "gifts in kind",
    "co_financing": "co-financing",
    "other": "other things",
}
KINDS = {
    "policy_change": ("policy change", "policy changes"),
    "pilot": ("pilot", "pilots"),
    "funding": ("outcome in funding", "outcomes in funding"),
    "capacity_built": ("gain in capacity", "gains in capacity"),
    "project_plan": ("project plan", "project plans"),
    "joint_policy": ("joint policy", "joint policies"),
    "investment_or_trade": ("outcome in investment or trade", "outcomes in investment or trade"),
    "negative_effect": ("harmful effect", "harmful effects"),
    "other": ("other outcome", "other outcomes"),
}
BREAK_EVEN = {
    "deadweight": "{} of them would have come anyway (deadweight)",
    "attribution_to_others": "{} of them were the doing of others (attribution)",
    "displacement": "{} of them were only moved from elsewhere (displacement)",
    "drop_off": "they fell off by {} a year (drop-off)",
}
CURRENCIES = {"EUR": "euro", "USD": "US dollar", "GBP": "pound", "JPY": "yen"}

INTERVALS = {
    "monte_carlo": "with {} probability",
    "gamma_poisson": "with {} probability",
    "wilson": "with {} confidence",
    "kaplan_meier": "with {} confidence",
}

NAMES = {
    "cost.total": "what was spent",
    "cost.per_outcome": "what an outcome costs",
    "outcomes.count": "how many outcomes there are",
    "funding.mobilised": "the external funding",
    "funding.leverage": "the leverage of municipal money",
    "roi": "the return in money that moved",
    "sroi": "the social return",
    "npv": "benefits less costs",
    "break_even.deadweight": "what it would take to break even",
    "irr": "the rate of return",
    "payback": "when it is paid back",
    "time_to_outcome": "how long it takes until an outcome",
    "conversion.rate": "how many engagements have an outcome",
    "pilot.adoption_rate": "how many pilots become policy",
    "budget.share": "the share of the city's budget",
}
"""What is told of where it is undefined; of others the reader of a summary misses nothing."""

REASONS = {
    "multiple_roots": "several rates fit, and none is the right one",
    "no_budget": "no budget of a whole fiscal year in this time is recorded",
    "no_engagements": "no engagement took place",
    "no_hours": "no hours are recorded",
    "no_members_sharing": "no member shares its figures",
    "no_outcomes": "no outcome with a value is recorded",
    "no_rate": "an amount is in a currency without a rate of exchange",
    "no_sign_change": "there is only money that goes out, or only money that comes in",
    "not_assessed": "it needs the single records, and here only their sums are known",
    "not_reached": "it is not reached",
    "ok": "no reason is given",
    "rate_out_of_range": "no rate above −100 % fits",
    "suppressed": "too few members share their figures",
    "too_few": "there are too few records",
    "too_few_members": "too few members share their figures",
    "undefined": "no reason is given",
    "zero_cost": "no cost is recorded",
}
REASONS_OF = {
    ("break_even", "not_reached"): "no share from 0 to 100 % would do it",
    ("conversion.rate", "too_few"): "fewer than three engagements are old enough",
    ("cost.per_outcome", "no_outcomes"): "none has come about",
    ("funding.leverage", "zero_cost"): "no municipal money was spent",
    ("payback", "not_reached"): "what comes back never makes up for what was put in",
    ("pilot.adoption_rate", "too_few"): "there are fewer than three pilots",
    ("roi", "no_outcomes"): "no outcome has money that moved",
    ("roi", "zero_cost"): "no municipal money was spent",
    ("time_to_outcome", "not_reached"): "more than half of the engagements are still without one",
}
"""Why, where one figure's reason is best put in words of its own; by the first part of its name too."""

SILENT = (
    "bcr",
    "concentration",
    "mirr",
    "double_count.factor",
    "overlap",
    "sroi.net",
    "cost.",
    "hours.",
    "outcomes.",
    "funding.",
    "capacity.",
    "value.",
    "evidence.floor.",
    "break_even.",
    "engagements.",
)
"""What is known and yet not worth a sentence of its own, by the beginnings of the names."""
