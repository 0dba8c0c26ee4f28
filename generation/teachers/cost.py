"""What an API teacher costs: prices, an estimate beforehand, and a budget that is never passed.

In: requests, usage. Out: tokens and dollars. Prices are one small table with date and source; a
model that is not in it has no price, and is only asked where the budget is set to infinity.
"""

import functools
import json
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from generation.faults import Fault
from generation.ledger import Ledger
from generation.settings import Settings
from generation.teachers.request import Request

# Dollars for a million tokens, in and out, standard tier; the Batch API halves them. Reasoning tokens count as
# completion tokens. Cached input is cheaper and not counted so: the figures err on the dear side.
# Source: OpenAI's model pages (developers.openai.com/api/docs/models/..., .../pricing) and simonw/llm-prices, read
# 2026-11-22 in stored copies, GPT-5.6 after its price cut of 2026-07-30, GPT-6 as of 2026-09-22.
PRICES_AS_OF = "2026-09-22"
PRICES: dict[str, tuple[float, float]] = {
    "gpt-4o-mini": (0.15, 0.60),
    "gpt-4o": (2.50, 10.00),
    "gpt-4.1": (2.00, 8.00),
    "gpt-4.1-mini": (0.40, 1.60),
    "gpt-4.1-nano": (0.10, 0.40),
    "o4-mini": (1.10, 4.40),
    "gpt-5": (1.25, 10.00),
    "gpt-5-mini": (0.25, 2.00),
    "gpt-5-nano": (0.05, 0.40),
    "gpt-5.4": (2.50, 15.00),
    "gpt-5.4-mini": (0.75, 4.50),
    "gpt-5.4-nano": (0.20, 1.25),
    "gpt-5.6-terra": (2.00, 12.00),
    "gpt-5.6-luna": (0.20, 1.20),
    "gpt-6-astra": (10.00, 50.00),
    "gpt-6-sol": (2.00, 10.00),
    "gpt-6-luna": (0.10, 0.50),
}
BATCH_DISCOUNT = 0.5
# English and code come to about four characters a token; three and a half errs on the dear side.
CHARS_A_TOKEN = 3.5
WORST_PROMPT = 1.5  # times the estimate: code with many short names takes more tokens
EXPECTED_COMPLETION_TOKENS = 600  # an answer of at most 2,048 characters with its JSON around it


class BudgetFault(Fault):
    """The budget is used up, or the price of the model is unknown."""


class Estimate(NamedTuple):
    """Tokens in and out, and dollars (None where the price is unknown)."""

    prompt_tokens: int
    completion_tokens: int
    usd: float | None


@functools.cache
def find_price(model: str) -> tuple[float, float] | None:
    """Return a model's price by its name, a dated version's by the name it begins with."""
    for name in sorted(PRICES, key=len, reverse=True):
        if model == name or model.startswith(f"{name}-20"):
            return PRICES[name]
    return None


def count_tokens(body: dict[str, Any]) -> int:
    """Return about how many tokens a request body's prompt and schema take, rounded up."""
    chars = sum(len(message["content"]) for message in body["messages"])
    if "response_format" in body:
        chars += _count_schema_chars(body["response_format"]["json_schema"]["name"], body)
    return math.ceil(chars / CHARS_A_TOKEN)


def _count_schema_chars(name: str, body: dict[str, Any]) -> int:
    """Return the length of a task's schema, written once a task: it is the same in each of its requests."""
    if name not in _SCHEMA_CHARS:
        _SCHEMA_CHARS[name] = len(json.dumps(body["response_format"]))
    return _SCHEMA_CHARS[name]


_SCHEMA_CHARS: dict[str, int] = {}


def price_tokens(model: str, prompt_tokens: float, completion_tokens: float, batch: bool = False) -> float | None:
    """Return dollars for tokens, None where the price is unknown."""
    price = find_price(model)
    if price is None:
        return None
    usd = (prompt_tokens * price[0] + completion_tokens * price[1]) / 1_000_000
    return usd * BATCH_DISCOUNT if batch else usd


def estimate_cost(drawn: Sequence[Request], settings: Settings, batch: bool = False) -> Estimate:
    """Return what the round is expected to take, from some of its requests."""
    scale = settings.rows / max(1, len(drawn))
    prompt = round(sum(count_tokens(request.body) for request in drawn) * scale)
    completion = min(EXPECTED_COMPLETION_TOKENS, settings.max_completion_tokens) * settings.rows
    return Estimate(prompt, completion, price_tokens(settings.teacher, prompt, completion, batch))


class Budget:
    """Dollars spent and reserved: a request may leave only if its worst case still fits.

    spent: what usage says, earlier runs of the round included. doubtful: the worst case of requests that were cut
    off or never answered, which the endpoint may have counted all the same; the bound includes it.
    Raises BudgetFault at once where there is a bound and the model's price is unknown.
    """

    def __init__(self, model: str, max_usd: float, batch: bool = False):
        self.model, self.max_usd, self.batch = model, max_usd, batch
        self.priced = find_price(model) is not None
        if not self.priced and not math.isinf(max_usd):
            raise BudgetFault(
                f"price unknown for {model}, so --max-usd {max_usd:g} cannot be kept; "
                "pass --max-usd inf for an endpoint that costs nothing or whose cost you bound elsewhere"
            )
        self.spent = self.reserved = self.doubtful = 0.0
        self.tokens = 0

    def reserve(self, body: dict[str, Any]) -> float | None:
        """Return the dollars set aside for a request, None where they do not fit any more."""
        worst = self.price_worst(body)
        if self.spent + self.doubtful + self.reserved + worst > self.max_usd:
            return None
        self.reserved += worst
        return worst

    def price_worst(self, body: dict[str, Any]) -> float:
        """Return the most dollars that a request can cost: a prompt of many short tokens, the longest answer."""
        return self._price(count_tokens(body) * WORST_PROMPT, body.get("max_completion_tokens") or 0, self.batch)

    def release(self, reserved: float) -> None:
        """Give a reservation back, the request being over."""
        self.reserved = max(0.0, self.reserved - reserved)

    def spend(self, prompt_tokens: int, completion_tokens: int, batch: bool | None = None) -> None:
        """Count what a reply cost by its usage."""
        self.spent += self._price(prompt_tokens, completion_tokens, self.batch if batch is None else batch)
        self.tokens += prompt_tokens + completion_tokens

    def doubt(self, reserved: float) -> None:
        """Count a request whose reply was lost at its worst case."""
        self.doubtful += reserved

    def describe_stop(self) -> str:
        """Return the line that says why no more is asked, and how to go on."""
        doubtful = f" and up to ${self.doubtful:.4f} for lost replies" if self.doubtful else ""
        return (
            f"stopped before --max-usd {self.max_usd:g} was passed: ${self.spent:.4f} spent{doubtful}, "
            "nothing lost; run the same command with a higher --max-usd to go on"
        )

    def _price(self, prompt_tokens: float, completion_tokens: float, batch: bool) -> float:
        return price_tokens(self.model, prompt_tokens, completion_tokens, batch) or 0.0


def make_budget(settings: Settings, max_usd: float | None, ledger: Ledger, batch: bool = False) -> Budget:
    """Return the budget of a round with what its ledger says was spent already (None: no bound)."""
    budget = Budget(settings.teacher, math.inf if max_usd is None else max_usd, batch)
    for mode in (False, True):
        used = ledger.usage[mode]
        budget.spend(used.prompt_tokens, used.completion_tokens, mode)
    return budget


def measure_spending(ledger: Ledger, model: str) -> dict[str, Any]:
    """Return what a round's ledger cost: completions, retries, tokens, and dollars (None: price unknown).

    Rejected completions are counted, they were paid for; those of the Batch API at half the price.
    """
    direct, batch = ledger.usage[False], ledger.usage[True]
    dollars = [price_tokens(model, u.prompt_tokens, u.completion_tokens, u is batch) for u in (direct, batch)]
    return {
        "completions": direct.completions + batch.completions,
        "retries": direct.retries + batch.retries,
        "prompt_tokens": direct.prompt_tokens + batch.prompt_tokens,
        "completion_tokens": direct.completion_tokens + batch.completion_tokens,
        "usd": None if None in dollars else sum(dollars),
        "prices_as_of": PRICES_AS_OF,
    }
