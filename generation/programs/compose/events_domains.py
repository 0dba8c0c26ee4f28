# ruff: noqa: E501 (sentences and tables read better on one line)
"""Domains of the events shape: things that change state, with every transition that is allowed.

In: nothing. Out: `TOPOLOGIES`, a few state graphs, each with three worlds that have it. A graph's
transitions are (state, action, next state) numbers; a world names the numbers.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class World:
    """One world of a graph: the thing, its states (the first is where it begins), its actions."""

    name: str
    one: str
    many: str
    ids: tuple[str, ...]
    states: tuple[str, ...]
    actions: tuple[str, ...]
    contexts: tuple[str, ...]


@dataclass(frozen=True)
class Topology:
    """One state graph and its worlds."""

    name: str
    moves: tuple[tuple[int, int, int], ...]
    worlds: tuple[World, ...]


TOPOLOGIES = {
    t.name: t
    for t in (
        Topology("toggle", ((0, 0, 1), (1, 1, 0), (0, 2, 2), (2, 3, 0)), (
            World("doors", "door", "doors", ("cellar", "front", "roof"), ("closed", "open", "locked"), ("open", "close", "lock", "unlock"),
                  ("The caretaker reads the door controller's log.", "After a break-in the door log is examined.")),
            World("drones", "drone", "drones", ("d1", "d2", "d3"), ("landed", "flying", "grounded"), ("start", "land", "suspend", "release"),
                  ("The airfield checks what its drones did.", "Each drone's flight log is audited.")),
            World("tills", "till", "tills", ("t1", "t2", "t3"), ("free", "busy", "shut"), ("begin", "finish", "shut", "reopen"),
                  ("The store manager reviews the tills' log.", "The till system reports every change.")),
        )),
        Topology("chain", ((0, 0, 1), (1, 1, 2), (2, 2, 3), (0, 3, 4), (1, 3, 4)), (
            World("orders", "order", "orders", ("A1", "A2", "B7"), ("new", "paid", "sent", "done", "cancelled"), ("pay", "send", "deliver", "cancel"),
                  ("The shop rebuilds its orders from the event log.", "Customer care wants to know where orders stand.")),
            World("loans", "request", "requests", ("L3", "L5", "L9"), ("asked", "granted", "lent", "returned", "refused"), ("grant", "lend", "return", "refuse"),
                  ("The library replays its journal after a crash.", "Requests between libraries are tracked by events.")),
            World("repairs", "repair", "repairs", ("R10", "R11", "R12"), ("booked", "started", "tested", "collected", "dropped"), ("start", "test", "collect", "drop"),
                  ("The bike workshop keeps a log of its repairs.", "The workshop wants to see unfinished repairs.")),
        )),
        Topology("review", ((0, 0, 1), (1, 1, 2), (1, 2, 0), (2, 3, 0)), (
            World("articles", "article", "articles", ("budget", "sports", "weather"), ("draft", "review", "published"), ("submit", "approve", "reject", "withdraw"),
                  ("The newsroom follows its articles.", "The editor in chief asks which articles went back.")),
            World("designs", "design", "designs", ("bracket", "hinge", "lid"), ("sketch", "checked", "released"), ("check", "release", "return", "recall"),
                  ("Only released designs may be built.", "The design office audits its releases.")),
            World("claims", "claim", "claims", ("C4", "C6", "C8"), ("open", "examined", "settled"), ("examine", "settle", "query", "reopen"),
                  ("The insurer reports on its claims.", "An auditor replays the claims journal.")),
        )),
        Topology("ticket", ((0, 0, 1), (1, 1, 2), (2, 2, 0), (1, 3, 0), (2, 4, 3)), (
            World("tickets", "ticket", "tickets", ("T1", "T2", "T3"), ("open", "assigned", "solved", "closed"), ("assign", "solve", "reopen", "release", "close"),
                  ("The help desk measures how tickets move.", "A supervisor looks for tickets that were reopened.")),
            World("rooms", "room", "rooms", ("101", "102", "201"), ("dirty", "cleaning", "ready", "occupied"), ("clean", "finish", "reject", "interrupt", "occupy"),
                  ("The hotel's housekeeping works from this list.", "Reception needs to know the state of the rooms.")),
            World("samples", "sample", "samples", ("s1", "s2", "s3"), ("stored", "taken", "measured", "archived"), ("take", "measure", "repeat", "return", "archive"),
                  ("The laboratory reconstructs where each sample is.", "Measured samples must be archived in time.")),
        )),
        Topology("pause", ((0, 0, 1), (1, 1, 2), (2, 2, 1), (1, 3, 3), (2, 3, 3)), (
            World("downloads", "download", "downloads", ("film", "map", "song"), ("queued", "running", "paused", "stopped"), ("start", "pause", "resume", "stop"),
                  ("The download manager restores its list.", "Stopped downloads are cleaned up at night.")),
            World("washers", "washer", "washers", ("w1", "w2", "w3"), ("idle", "washing", "held", "off"), ("start", "hold", "continue", "switch off"),
                  ("The laundry replays its machines' messages.", "The laundry looks for machines that were held.")),
            World("matches", "match", "matches", ("final", "semi 1", "semi 2"), ("planned", "playing", "halted", "ended"), ("kick off", "halt", "resume", "end"),
                  ("The league office follows the matches.", "The score service consumes the referees' events.")),
        )),
    )
}  # fmt: skip
