"""The bar of asking: rows with their rate, tokens, dollars, retries; silent where stderr is no terminal."""

from tqdm import tqdm

from generation.teachers.cost import Budget


def open_bar(rows: int, wanted: bool, done: int = 0) -> tqdm:
    """Return a bar over a round's rows; use as a context manager."""
    return tqdm(total=rows, initial=done, desc="ask", unit="row", disable=None if wanted else True)


def show_state(bar: tqdm, budget: Budget, retries: int, rows: int = 1) -> None:
    """Move the bar on by rows and show what has been used so far."""
    if not bar.disable:
        dollars = f"${budget.spent:.2f}" if budget.priced else "price unknown"
        bar.set_postfix_str(f"{budget.tokens / 1_000:,.0f}k tokens, {dollars}, {retries:,} retries", refresh=False)
        bar.update(rows)
