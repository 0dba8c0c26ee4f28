# ruff: noqa: E501 (sentences and tables read better on one line)
"""Domains of the lines shape: what a text file of one entry a line may hold.

In: nothing. Out: `LOGS`. `nouns` names the number by its style: whole, clock, money, duration, weight.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Log:
    """One kind of text file: its entries, the word each entry is filed under, what its number means."""

    name: str
    arg: str
    one: str
    many: str
    key: str
    keys: str
    values: tuple[str, ...]
    nouns: dict[str, str]
    tags: tuple[str, str, str]
    tag: str
    contexts: tuple[str, ...]


def _log(name, arg, one, many, key, keys, values, nouns, tag, tags, *contexts) -> Log:
    styles = dict(zip(("whole", "clock", "money", "duration", "weight"), nouns, strict=True))
    return Log(name, arg, one, many, key, keys, values, styles, tags, tag, contexts)


LOGS = (
    _log("kitchen stock", "stock", "entry", "entries", "item", "items", ("Beans", "Flour", "Rice", "oats"),
         ("number of bags", "delivery time", "price", "shelf life left", "weight"), "store", ("cellar", "fridge", "shelf"),
         "The kitchen keeps its stock list in a plain text file.", "The cook reorders from the stock list every Monday."),
    _log("toll booth", "passages", "passage", "passages", "plate", "plates", ("AB12", "CD34", "EF56", "gh78"),
         ("number of axles", "passing time", "toll", "stay", "load"), "lane", ("cash", "tag", "truck"),
         "The toll booth writes one line per passage.", "The road company bills regular drivers once a month."),
    _log("chess club", "results", "result", "results", "player", "players", ("Ada", "Boris", "Chloe", "dan"),
         ("number of points", "starting time", "prize money", "thinking time", "trophy weight"), "session", ("first", "second", "third"),
         "The club's results are typed in by hand.", "The table is posted on the wall after each evening."),
    _log("workshop hours", "notes", "note", "notes", "worker", "workers", ("Eva", "Finn", "Gus", "hal"),
         ("number of parts", "leaving time", "bonus", "time spent", "material used"), "task", ("cut", "drill", "paint"),
         "Workers note their tasks on a shared terminal.", "The foreman adds the notes up on Friday."),
    _log("post office", "mailbag", "letter", "letters", "town", "towns", ("Bern", "Graz", "Lyon", "oslo"),
         ("number of stamps", "sorting time", "postage", "transit time", "weight"), "kind", ("air", "land", "sea"),
         "The sorting machine prints a line for each letter.", "The office plans its vans by town."),
    _log("game server", "events", "event", "events", "player", "players", ("fox", "hawk", "Lynx", "wolf"),
         ("score", "login time", "purchase", "play time", "loot weight"), "mode", ("duel", "quest", "team"),
         "The server appends a line for every finished game.", "A bot posts the standings each night."),
    _log("rain gauges", "gauge_report", "reading", "readings", "station", "stations", ("Alm", "Brook", "Crag", "dell"),
         ("rainfall", "reading time", "upkeep", "rain duration", "snow load"), "state", ("dry", "hail", "wet"),
         "Volunteers send their gauges' readings by mail.", "The weather service merges the volunteers' reports."),
    _log("print shop", "queue_log", "job", "jobs", "client", "clients", ("Arch Co", "Bistro", "Club", "dojo"),
         ("number of sheets", "due time", "price", "printing time", "paper weight"), "paper", ("card", "matt", "silk"),
         "The print server keeps a log of all jobs.", "Clients are invoiced from the job log."),
    _log("animal shelter", "feeding_log", "feeding", "feedings", "animal", "animals", ("Bello", "Kira", "Momo", "tiger"),
         ("number of meals", "feeding time", "cost", "walk", "ration"), "food", ("dry", "fresh", "wet"),
         "Keepers write each feeding into a text file.", "The vet checks what each animal got."),
    _log("charity run", "laps", "lap", "laps", "team", "teams", ("Blue", "Green", "Red", "white"),
         ("number of metres", "crossing time", "donation", "lap time", "pack weight"), "course", ("city", "hill", "park"),
         "The timing mat writes a line for each lap.", "Sponsors pay by what each team achieves."),
    _log("garden plots", "harvest", "picking", "pickings", "plot", "plots", ("P1", "P2", "P3", "q4"),
         ("number of baskets", "picking time", "revenue", "working time", "yield"), "crop", ("beans", "kale", "peas"),
         "The gardeners share one harvest list.", "The allotment club publishes its harvest in autumn."),
    _log("data centre", "trace", "record", "records", "host", "hosts", ("db", "mail", "proxy", "Web"),
         ("number of errors", "restart time", "cost", "downtime", "rack load"), "level", ("debug", "error", "warn"),
         "Each host sends its records to a central file.", "The report is read before the weekly meeting."),
)  # fmt: skip
