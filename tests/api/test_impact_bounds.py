"""What of an outcome, or of a question about impact, is still taken, and what leaves figures open."""

from tests.api.impacts import post
from tests.make import Holder, budget, cost, engagement, outcome, proxy

MONEY = {"kind": "investment_or_trade", "amount": "120.00", "currency": "EUR"}


async def test_a_proxy_that_is_not_there_is_named(city: Holder, neighbour: Holder) -> None:
    await post(neighbour, "proxies", proxy(code="theirs"))
    body = outcome(proxy="theirs")

    alone = await city.http.post(f"{city.path}/outcomes", json=body)
    nested = await city.http.post(f"{city.path}/engagements", json=engagement(outcomes=[body]))

    assert (alone.status_code, alone.json()["detail"]) == (404, "No valuation proxy theirs.")
    assert nested.status_code in {404, 422}
    assert "No valuation proxy theirs." in nested.text


async def test_bounds_of_a_question_are_within_it(city: Holder) -> None:
    for query in ("level=0.0001", "level=0.9999", "price_year=1900", "price_year=2100", "seed=4294967295", "draws=100"):
        assert (await city.http.get(f"{city.path}/impact?{query}")).status_code == 200


async def test_an_amount_in_a_currency_without_a_rate_leaves_figures_open(city: Holder) -> None:
    await post(city, "costs", cost("10", currency="MXV"))
    await post(city, "outcomes", outcome(**{**MONEY, "amount": "1.00", "currency": "MXV"}))
    await post(city, "budgets", budget(currency="MXV"))

    answer = (await city.http.get(f"{city.path}/impact")).json()

    reasons = {each["indicator"]: (each["value"], each["reason"]) for each in answer["total"]["figures"]}
    for name in ("cost.total", "value.gross", "value.present", "sroi", "npv", "irr", "payback", "budget.share", "roi"):
        assert reasons[name] == (None, "no_rate")
    assert [each["records"] for each in answer["unconverted"]] == ["cost", "outcome"]
