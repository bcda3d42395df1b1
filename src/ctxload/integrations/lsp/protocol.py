"""The protocol as pygls speaks it, with an answer to each request: an error where one can't be read or is late."""

from __future__ import annotations

import logging
from typing import Any

from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams, JsonRpcInvalidRequest
from pygls.protocol import LanguageServerProtocol

#: Where pygls logs errors of requests.
LOG = "pygls.protocol.json_rpc"


class Protocol(LanguageServerProtocol):
    """What pygls drops after a line in its log is answered: an editor waits for a reply that doesn't come."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as an object; None for a request that was answered with an error instead."""
        try:
            return super().structure_message(data)
        except JsonRpcException:
            if not _is_request(data):
                raise
            error = JsonRpcInvalidParams(f"the parameters of `{data['method']!s:.100}` aren't those of the protocol")
            self._send_response(data["id"], error=error.to_response_error())
            return None

    def handle_message(self, message: Any) -> None:
        """Handles a message; a request after `shutdown` gets the error that the protocol asks for."""
        if message is None:
            return
        if self._shutdown and hasattr(message, "id") and hasattr(message, "method"):
            error = JsonRpcInvalidRequest("the server is shutting down")
            self._send_response(message.id, error=error.to_response_error())
            return
        super().handle_message(message)


def _is_request(data: dict[str, Any]) -> bool:
    return "method" in data and isinstance(data.get("id"), int | str)


def is_unexpected(record: logging.LogRecord) -> bool:
    """Whether a line of the log is news: the error that a request was answered with is not.

    WHY: an editor that doesn't read stderr stops the server when the pipe is full, and a trace fills it with 2 kB.
    """
    return not (record.exc_info and isinstance(record.exc_info[1], JsonRpcException))
