# ruff: noqa: E501 (sentences and tables read better on one line)
"""Domains of the series shape: one number after another, at a steady pace.

In: nothing. Out: `SERIES`. Marks are thresholds that mean something in the domain, ascending.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """One kind of series. arg: the argument; one, many: a value in English; pace: what lies between two values."""

    name: str
    arg: str
    one: str
    many: str
    unit: str
    pace: str
    low: int
    high: int
    marks: tuple[int, int, int]
    event: str
    contexts: tuple[str, ...]


SERIES = (
    Series("water tank", "levels", "level", "levels", "centimetres", "hour", 0, 60, (15, 30, 45), "spell",
           ("The pump controller is tuned with last week's log.", "The farm checks how often its tank ran low.")),
    Series("server load", "loads", "load", "loads", "percent", "minute", 0, 100, (40, 60, 80), "episode",
           ("The operations team looks for overload in the monitoring export.", "Alarms are set from past load figures.")),
    Series("heart monitor", "pulses", "pulse", "pulses", "beats a minute", "minute", 50, 150, (80, 100, 120), "phase",
           ("A nurse reviews the night's recording.", "The study needs one figure from each recording.")),
    Series("river gauge", "depths", "depth", "depths", "centimetres", "hour", 10, 90, (30, 50, 70), "flood phase",
           ("The flood service watches the gauge upstream.", "The annual report lists the river's high-water phases.")),
    Series("shop queue", "queue_sizes", "queue size", "queue sizes", "customers", "minute", 0, 25, (5, 10, 15), "rush",
           ("The shop decides when to open another till.", "The manager looks at how long customers had to queue.")),
    Series("noise meter", "sound_levels", "sound level", "sound levels", "decibels", "second", 30, 110, (60, 75, 90), "noisy spell",
           ("Neighbours complained and the club measures its noise.", "The festival has to prove that it kept its limits.")),
    Series("greenhouse", "temperatures", "temperature", "temperatures", "degrees", "hour", -5, 40, (10, 20, 28), "warm spell",
           ("The gardener sets the vents from the recorded temperatures.", "Seedlings suffer when it is too warm for too long.")),
    Series("solar panel", "outputs", "output", "outputs", "watt hours", "quarter hour", 0, 80, (20, 40, 60), "sunny spell",
           ("The installer checks what the panel delivered.", "The battery is sized by the panel's record.")),
    Series("page views", "views", "view count", "view counts", "views", "day", 0, 90, (20, 45, 70), "busy spell",
           ("The editors want to know which campaign worked.", "The hosting plan depends on how traffic comes in.")),
    Series("cash desk", "takings", "daily taking", "daily takings", "euros", "day", 0, 120, (30, 60, 90), "good spell",
           ("The owner compares this season's takings.", "The bank asks how steady the income is.")),
    Series("wind mast", "wind_speeds", "wind speed", "wind speeds", "kilometres an hour", "minute", 0, 90, (25, 45, 65), "windy spell",
           ("The crane may not work in strong wind.", "The turbine logs when it had to be stopped.")),
    Series("step counter", "steps", "step count", "step counts", "steps", "day", 0, 50, (10, 20, 35), "active spell",
           ("The app rewards steady walking.", "The physiotherapist follows a patient's progress.")),
    Series("parts scale", "weights", "weight", "weights", "grams", "part", 80, 120, (92, 100, 108), "heavy stretch",
           ("Quality control weighs every part that leaves the press.", "The press drifts and has to be adjusted in time.")),
    Series("battery", "charges", "charge", "charges", "percent", "minute", 0, 100, (20, 50, 80), "charged spell",
           ("The rental scooter reports its charge.", "The maker studies how batteries are used.")),
    Series("call centre", "waits", "waiting time", "waiting times", "seconds", "call", 0, 300, (60, 120, 200), "slow stretch",
           ("The centre has promised short waiting times.", "Staffing is planned from the record of calls.")),
)  # fmt: skip
