# ruff: noqa: E501 (sentences and tables read better on one line)
"""Domains of the objects shape: what has a balance, and what waits in a line.

In: nothing. Out: `ACCOUNTS` and `LINES`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """One domain of balances: the class, what has a balance, its unit, the methods that add and take, who needs it."""

    name: str
    cls: str
    one: str
    many: str
    unit: str
    add: str
    take: str
    context: str


@dataclass(frozen=True)
class Line:
    """One domain of waiting: the class, who waits, the methods that join and serve, who needs it."""

    name: str
    cls: str
    one: str
    many: str
    join: str
    serve: str
    context: str


ACCOUNTS = (
    Account("canteen cards", "CardAccounts", "card", "cards", "cents", "load", "pay", "The canteen's tills share one set of prepaid cards."),
    Account("seed store", "SeedStore", "variety", "varieties", "grams", "deposit", "withdraw", "Gardeners bring seeds and take seeds home."),
    Account("toner cupboard", "TonerStock", "model", "models", "cartridges", "stock", "use", "The office wants to see at once which toner runs out."),
    Account("holiday days", "LeaveAccounts", "employee", "employees", "days", "grant", "book", "Leave is granted by the year and booked by the day."),
    Account("water tanks", "TankFarm", "tank", "tanks", "litres", "fill", "drain", "The farm's tanks are filled and drained all day."),
    Account("loyalty points", "PointsBook", "customer", "customers", "points", "award", "redeem", "The shop awards points and redeems them."),
    Account("tool credits", "CreditBook", "member", "members", "credits", "credit", "charge", "Members of the workshop pay for machines with credits."),
)  # fmt: skip

LINES = (
    Line("clinic waiting room", "WaitingRoom", "patient", "patients", "arrive", "call_next", "The clinic calls patients one at a time."),
    Line("print spooler", "PrintSpool", "job", "jobs", "submit", "print_next", "One printer serves the whole office."),
    Line("ferry ramp", "FerryRamp", "car", "cars", "line_up", "board_next", "Cars board the ferry one after another."),
    Line("repair bench", "RepairBench", "device", "devices", "drop_off", "take_next", "The bench has one technician."),
    Line("help line", "CallQueue", "caller", "callers", "hold_on", "answer", "The help line has a single agent at night."),
    Line("kitchen pass", "OrderRail", "dish", "dishes", "order", "cook_next", "The cook takes the dishes from a rail."),
    Line("landing queue", "ApproachList", "flight", "flights", "request", "clear_next", "The tower clears one flight at a time."),
)  # fmt: skip
