"""What an API teacher costs: prices, an estimate beforehand, and a budget that is never passed.

In: requests, usage. Out: tokens and dollars. Prices are one small table with date and source; a
model that is not in it has no price, and is only asked where the budget is set to infinity.
"""

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from generation.faults import Fault
from generation.settings import Settings
from generation.teachers.request import Request

# Dollars for a million tokens, in and out.
# Source: OpenAI's pricing page, standard tier, as of 2025-07; the Batch API halves them.
PRICES_AS_OF = "2025-07"
PRICES: dict[str, tuple[float, float]] = {
    "gpt-4o-mini": (0.15, 0.60),
    "gpt-4o": (2.50, 10.00),
    "gpt-4.1": (2.00, 8.00),
    "gpt-4.1-mini": (0.40, 1.60),
    "gpt-4.1-nano": (0.10, 0.40),
    "o4-mini": (1.10, 4.40),
}
BATCH_DISCOUNT = 0.5
# English and code come to about four characters a token; three and a half errs on the dear side.
CHARS_A_TOKEN = 3.5
EXPECTED_COMPLETION_TOKENS = 600  # an answer of at most 2,048 characters with its JSON around it


class BudgetFault(Fault):
    """The budget is used up, or the price of the model is unknown."""


class Estimate(NamedTuple):
    """Tokens in and out, and dollars (None where the price is unknown)."""

    prompt_tokens: int
    completion_tokens: int
    usd: float | None


def find_price(model: str) -> tuple[float, float] | None:
    """Return a model's price by its name, a dated version's by the name it begins with."""
    for name in sorted(PRICES, key=len, reverse=True):
        if model == name or model.startswith(f"{name}-20"):
            return PRICES[name]
    return None


def count_tokens(body: dict[str, Any]) -> int:
    """Return about how many tokens a request body's prompt and schema take, rounded up."""
    shown = [message["content"] for message in body["messages"]]
    shown.append(json.dumps(body.get("response_format", {})))
    return math.ceil(sum(map(len, shown)) / CHARS_A_TOKEN)


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

    Raises BudgetFault at once where there is a bound and the model's price is unknown.
    """

    def __init__(self, model: str, max_usd: float, spent: Iterable[tuple[int, int]] = (), batch: bool = False):
        self.model, self.max_usd, self.batch = model, max_usd, batch
        if find_price(model) is None and not math.isinf(max_usd):
            raise BudgetFault(
                f"price unknown for {model}, so --max-usd {max_usd:g} cannot be kept; "
                "pass --max-usd inf for an endpoint that costs nothing or whose cost you bound elsewhere"
            )
        self.spent = sum(self._price(p, c) for p, c in spent)
        self.reserved = 0.0

    def reserve(self, body: dict[str, Any]) -> float | None:
        """Return the dollars set aside for a request, None where they do not fit any more."""
        worst = self._price(count_tokens(body) * 1.2, body.get("max_completion_tokens") or 0)
        if self.spent + self.reserved + worst > self.max_usd:
            return None
        self.reserved += worst
        return worst

    def settle(self, reserved: float, prompt_tokens: int, completion_tokens: int) -> None:
        """Turn a reservation into what the reply really cost (nothing where none came)."""
        self.reserved -= reserved
        self.spent += self._price(prompt_tokens, completion_tokens)

    def _price(self, prompt_tokens: float, completion_tokens: float) -> float:
        return price_tokens(self.model, prompt_tokens, completion_tokens, self.batch) or 0.0
