"""What an endpoint understands: a ladder down from structured output, learned from its refusals.

In: a request body and the text of a 400. Out: the body as this endpoint takes it. Rungs of
`response_format`: JSON schema, JSON object, prompt only (the schema then goes into the prompt).
Learned once an endpoint and run; the request's hash stays that of the top rung.
"""

import copy
import json
import re
from typing import Any

FORMATS = ("json_schema", "json_object", "prompt")
OPTIONAL = ("seed", "temperature", "max_completion_tokens")


class Dialect:
    """The rung of `response_format`, and optional parameters that the endpoint refused."""

    def __init__(self) -> None:
        self.format = FORMATS[0]
        self.dropped: set[str] = set()

    def learn(self, refusal: str, sent_format: str) -> bool:
        """Return whether a request is worth sending again after a 400.

        It is where the refusal teaches something, and where it was sent in a form given up since.
        """
        said = refusal.lower()
        if sent_format != self.format:
            return True
        for name in OPTIONAL:
            if name in said and name not in self.dropped:
                self.dropped.add(name)
                return True
        place = FORMATS.index(self.format) + 1
        if place < len(FORMATS) and re.search(r"response_format|json|schema|structured|grammar|guided", said):
            self.format = FORMATS[place]
            return True
        return False

    def speak(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the body in the endpoint's dialect; the given one is not changed."""
        spoken = {key: value for key, value in body.items() if key not in self.dropped}
        if "max_completion_tokens" in self.dropped:
            spoken["max_tokens"] = body["max_completion_tokens"]  # what servers of before 2024-09 call it
        if self.format != FORMATS[0]:
            spoken["messages"] = copy.deepcopy(body["messages"])
            schema = json.dumps(body["response_format"]["json_schema"]["schema"], separators=(",", ":"))
            spoken["messages"][0]["content"] += f"\n\nAnswer with one JSON object of this schema alone:\n{schema}"
            del spoken["response_format"]
        if self.format == "json_object":
            spoken["response_format"] = {"type": "json_object"}
        return spoken
