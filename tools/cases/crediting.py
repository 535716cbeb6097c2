"""Cases of what several share: credits by rule, and Shapley values of games given as text or as a table."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from proxeny.indicators.crediting import by_cost, by_hours, equal, shapley
from proxeny.indicators.discounting import PRECISE
from tools.cases.answers import Answer, Found, Missing
from tools.cases.expressions import Value, number, parsed, worked_out
from tools.cases.given import Given, Json, folded, number_of
from tools.cases.kinds import kind

WORTH = ("v", "worth", "characteristic_function", "characteristic", "value", "game", "coalitions")
PLAYERS = ("players", "claimants", "networks", "n")
Coalition = frozenset[str]
Worth = Callable[[Coalition], Decimal]


@kind("shared_attribution", "shapley", "shapley_value", "attribution", "credits", "equal_credits", "by_hours",
      "by_cost", conventions="shapley|equal|hours|cost")  # fmt: skip
def shared(given: Given) -> Answer:
    """Solve for the credits of all players, in their order and by their names."""
    players = players_of(given)
    credits = credits_of(given, players)

    def other(name: str) -> Found:
        found = {folded(player): credit for player, credit in credits.items()}
        return found.get(folded(name), Missing(name))

    return Answer(
        {"credits shares values shapley": lambda: list(credits.values()), "sum total": lambda: sum(credits.values())},
        other,
    )


def credits_of(given: Given, players: Sequence[str]) -> Mapping[str, Decimal]:
    """Return the credits by the rule that the case names, or that its inputs are made for."""
    rule = folded(given.text("rule", "method") or given.kind)
    if given.has(*WORTH, "quota") and ("shapley" in rule or rule not in {"equal", "byhours", "bycost"}):
        return shapley(players, worth_of(given, players))
    if given.has("hours") and "cost" not in rule and "equal" not in rule:
        return by_hours(by_player(given, players, "hours"))
    if given.has("costs", "cost") and "equal" not in rule:
        return by_cost(by_player(given, players, "costs", "cost"))
    return equal(players)


def players_of(given: Given) -> list[str]:
    """Return the players: as listed, so many, or those of the table."""
    if given.has(*PLAYERS):
        written = given.find(*PLAYERS)
        if isinstance(written, (list, dict)):
            return [str(player) for player in written]
        return [str(place) for place in range(1, int(number_of(written)) + 1)]
    names = ("hours", "costs", "cost", "weights", *WORTH)
    written = given.find(*names)
    if isinstance(written, list) and not given.has(*WORTH):
        return [str(place) for place in range(1, len(written) + 1)]
    if isinstance(written, dict) and not given.has(*WORTH):
        return list(written)
    mentioned = [token for coalition, _ in rows_of(written) for token in re.findall(r"[\w.-]+", coalition)]
    return list(dict.fromkeys(mentioned))


def by_player(given: Given, players: Sequence[str], *names: str) -> dict[str, Decimal]:
    """Return what each player has, from a table or from a list in their order."""
    written = given.find(*names)
    if isinstance(written, dict):
        return {player: number_of(written[player]) for player in players}
    return dict(zip(players, given.numbers(*names), strict=True))


def worth_of(given: Given, players: Sequence[str]) -> Worth:
    """Return what coalitions are worth; nobody is worth nothing."""
    if given.has("quota") and not given.has(*WORTH):
        weights, quota = by_player(given, players, "weights"), given.number("quota")
        return lambda some: Decimal(sum(weights[player] for player in some) >= quota)
    written = given.find(*WORTH)
    if isinstance(written, str):
        return worth_by_text(given, players, written)
    table = {members_of(coalition, players): number_of(worth) for coalition, worth in rows_of(written)}
    return lambda some: table.get(some, Decimal(0))


def rows_of(written: Json) -> list[tuple[str, Json]]:
    """Return the rows of a table of coalitions, each as text with its worth."""
    if isinstance(written, dict):
        return list(written.items())
    rows: list[tuple[str, Json]] = []
    for row in written if isinstance(written, list) else []:
        if isinstance(row, dict):
            given = Given("", row, "", "")
            rows.append((joined(given.find("coalition", "s", "members", "players")), given.find("v", "worth", "value")))
        elif isinstance(row, list):
            rows.append((joined(row[0]), row[1]))
    return rows


def joined(written: Json) -> str:
    return ",".join(map(str, written)) if isinstance(written, list) else str(written)


def members_of(coalition: str, players: Sequence[str]) -> Coalition:
    """Return who is in a coalition that is written as text.

    >>> sorted(members_of("{1, 3}", ["1", "2", "3"])), sorted(members_of("AC", ["A", "B", "C"]))
    (['1', '3'], ['A', 'C'])
    """
    if coalition.strip() in players:
        return frozenset({coalition.strip()})
    tokens = [token for token in re.split(r"[^\w.-]+", coalition) if token not in {"", "empty", "∅"}]
    if all(token in players for token in tokens):
        return frozenset(tokens)
    letters = [letter for token in tokens for letter in token]
    if not all(letter in players for letter in letters):
        message = f"{coalition!r} names others than the players {list(players)}"
        raise ValueError(message)
    return frozenset(letters)


def worth_by_text(given: Given, players: Sequence[str], text: str) -> Worth:
    """Return what coalitions are worth by an expression in ``S``, ``N``, the players and the tables of the case."""
    tree = parsed(text)
    token = {player: value_of(player) for player in players}
    tables = {name: table(given, players, name, token) for name in given.inputs if name not in {*WORTH, *PLAYERS}}
    known: dict[str, Value] = {player: value for player, value in token.items() if player.isidentifier()}
    known |= {name: value for name, value in tables.items() if value is not None}
    known |= {"N": frozenset(token.values()), "n": Fraction(len(players))}

    def worth(some: Coalition) -> Decimal:
        if not some:
            return Decimal(0)
        found = number(worked_out(tree, {**known, "S": frozenset(token[player] for player in some)}))
        with localcontext(PRECISE):
            return Decimal(found.numerator) / found.denominator

    return worth


def value_of(player: str) -> Value:
    """Return a player as expressions know it: by its number where it is one."""
    return Fraction(player) if re.fullmatch(r"-?\d+(\.\d+)?", player) else player


def table(given: Given, players: Sequence[str], name: str, token: Mapping[str, Value]) -> "Value | None":
    """Return an input as expressions know it: a number, or what each player has; None for anything else."""
    written = given.inputs[name]
    if isinstance(written, list) and len(written) == len(players) and not isinstance(written[0], (list, dict, str)):
        return {token[player]: Fraction(number_of(each)) for player, each in zip(players, written, strict=True)}
    if isinstance(written, dict) and set(written) <= set(players):
        return {token[player]: Fraction(number_of(each)) for player, each in written.items()}
    return None if isinstance(written, (list, dict, str)) or written is None else Fraction(number_of(written))
