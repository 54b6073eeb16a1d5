"""OpenAI's operation."""

from __future__ import annotations

from moderator.api.openai.errors import OpenAIErrorBody, error_response
from moderator.api.openai.moderations import ModerationRequest, ModerationResponse, Moderations
from moderator.api.operation import Api, Operation
from moderator.api.service import Service

OPENAI = Api(
    "OpenAI",
    "A drop-in for OpenAI's moderation: set the client's base URL to this server's /v1.",
    error_response,
    OpenAIErrorBody,
    "application/json",
)


def operations(service: Service) -> list[Operation]:
    """/v1/moderations."""
    return [
        Operation(
            OPENAI,
            "POST",
            "/v1/moderations",
            "Judge one text or several.",
            "`flagged` is true if the policy holds the text for review or blocks it. Not covered: "
            "illicit, self-harm, sexual/minors, violence; sexual only with a model that scores it.",
            Moderations(service).moderate,
            request=(ModerationRequest,),
            answer=(ModerationResponse,),
            refusals=(404,),
        )
    ]
