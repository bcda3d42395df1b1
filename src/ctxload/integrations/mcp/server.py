"""One client of MCP, served on two streams."""

from __future__ import annotations

import asyncio
from typing import Any, BinaryIO

import anyio
import mcp_types as mcp
from mcp.server import NotificationOptions, Server

from ...version import __version__
from .changes import Changes
from .context import INSTRUCTIONS, Context
from .served import Served
from .skills import EXTENSION, GetSkillParams
from .wire import Wire


def make_server(served: Served) -> tuple[Server[Any], Changes]:
    """The server of one client, and what tells it of changes."""
    context, changes = Context(served), Changes(served)
    server: Server[Any] = Server(
        "ctxload", version=__version__, title="ctxload", instructions=INSTRUCTIONS,
        on_list_tools=context.list_tools, on_call_tool=context.call_tool,
        on_list_resources=context.list_resources, on_list_resource_templates=context.list_templates,
        on_read_resource=context.read_resource, on_list_prompts=context.list_prompts, on_get_prompt=context.get_prompt,
        on_subscribe_resource=changes.subscribe, on_unsubscribe_resource=changes.unsubscribe,
        on_subscriptions_listen=changes.listen,
    )  # fmt: skip
    server.extensions[EXTENSION] = {}
    server.add_request_handler("skills/list", mcp.PaginatedRequestParams, context.list_skills)
    server.add_request_handler("skills/get", GetSkillParams, context.get_skill)
    server.add_notification_handler("notifications/initialized", mcp.NotificationParams, changes.initialized)
    server.add_notification_handler("notifications/roots/list_changed", mcp.NotificationParams, changes.roots_changed)
    return server, changes


def serve(served: Served, reads: BinaryIO, writes: BinaryIO) -> None:
    """Serves one client on these streams, until the end of input and the last answer."""
    anyio.run(_serve, served, reads, writes)


async def _serve(served: Served, reads: BinaryIO, writes: BinaryIO) -> None:
    server, changes = make_server(served)
    options = server.create_initialization_options(NotificationOptions(resources_changed=True))
    wire = Wire(reads, writes, served.end)
    asked, questions = anyio.create_memory_object_stream[Any](0)
    answers, written = anyio.create_memory_object_stream[Any](0)
    changes.start(asyncio.get_running_loop())
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wire.read, asked)
            tasks.start_soon(wire.write, written)
            await server.run(questions, answers, options)
    finally:
        changes.stop()
