"""What an endpoint understands: a ladder down from structured output, learned from its refusals.

In: a request body and the text of a 400. Out: the body as this endpoint takes it. Rungs of
`response_format`: JSON schema, JSON object, prompt only (the schema then goes into the prompt).
Learned once an endpoint and run; the request's hash stays that of the top rung.
"""

import functools
import json
import re
from typing import Any

FORMATS = ("json_schema", "json_object", "prompt")
OPTIONAL = ("seed", "temperature", "max_completion_tokens")

_FORMAT = r"response_format|json_schema|json_object"
_ABOUT_FORMAT = r"response_format|json|schema|structured|grammar|guided"

Form = tuple[str, frozenset[str]]  # the rung, and the parameters left out


class Dialect:
    """The rung of `response_format`, and optional parameters that the endpoint refused."""

    def __init__(self) -> None:
        self.form: Form = (FORMATS[0], frozenset())

    def learn(self, refusal: str, sent: Form, taken: bool) -> bool:
        """Return whether a request that was sent in a form is worth sending again after a 400.

        It is where the refusal teaches something, and where it was sent in a form given up since.
        taken: others were answered in that form: then only a refusal that names a parameter is about it.
        """
        if sent != self.form:
            return True
        said, (rung, dropped) = refusal.lower(), self.form
        for name in OPTIONAL:
            if name in said and name not in dropped:
                self.form = (rung, dropped | {name})
                return True
        place = FORMATS.index(rung) + 1
        if place < len(FORMATS) and re.search(_FORMAT if taken else _ABOUT_FORMAT, said):
            self.form = (FORMATS[place], dropped)
            return True
        return False

    def speak(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the body in the endpoint's dialect; the given one is not changed."""
        rung, dropped = self.form
        spoken = {key: value for key, value in body.items() if key not in dropped}
        if "max_completion_tokens" in dropped:
            spoken["max_tokens"] = body["max_completion_tokens"]  # what servers of before 2024-09 call it
        if rung != FORMATS[0]:
            schema = json.dumps(body["response_format"]["json_schema"]["schema"], separators=(",", ":"))
            first, *others = body["messages"]
            spoken["messages"] = [first | {"content": first["content"] + _in_words(schema)}, *others]
            del spoken["response_format"]
        if rung == "json_object":
            spoken["response_format"] = {"type": "json_object"}
        return spoken


@functools.cache
def _in_words(schema: str) -> str:
    return f"\n\nAnswer with one JSON object of this schema alone:\n{schema}"
