"""What a server says of itself."""

from typing import Literal

from pydantic import ConfigDict, Field

from proxeny_api import __version__
from proxeny_api.shapes import Answer


class Health(Answer):
    """The server runs."""

    model_config = ConfigDict(
        **Answer.model_config, json_schema_extra={"examples": [{"status": "ok", "version": "0.1.0"}]}
    )

    status: Literal["ok"] = Field(description="Always `ok`: a server that is not does not say so.", examples=["ok"])
    version: str = Field(description="The server's version.", examples=["0.1.0"])


OK = Health(status="ok", version=__version__)
