"""`nixedit mcp` seen by the official Python SDK: client.py NIXEDIT FLAKE. Leaves the flake as it was."""

import asyncio
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(program: str, flake: str) -> None:
    server = StdioServerParameters(command=program, args=["-C", flake, "mcp"], env=None)
    async with stdio_client(server) as (reading, writing), ClientSession(reading, writing) as session:
        hello = await session.initialize()
        assert hello.server_info.name == "nixedit" and "discover" in hello.instructions, hello
        tools = (await session.list_tools()).tools
        assert [tool.name for tool in tools] == ["inspect", "discover", "edit", "batch", "validate", "undo", "explain"], tools
        assert [tool.name for tool in tools if tool.annotations.read_only_hint] == ["inspect", "discover", "validate", "explain"]

        hosts = await session.call_tool("inspect", {})
        assert [line.split()[0] for line in hosts.structured_content["lines"]] == ["nxiz", "adeck", "zrrh"], hosts

        heard = []

        async def hear(progress, total, message):
            heard.append((progress, message))

        add = {"operation": "add-package", "hosts": ["nxiz"], "names": ["ripgrep"]}
        planned = await session.call_tool("edit", {**add, "plan": True})
        assert planned.structured_content["written"] is False, planned
        done = await session.call_tool("edit", add, progress_callback=hear)
        assert not done.is_error and done.structured_content["proof"] == ["nxiz home.packages: + ripgrep-14.1.1"], done
        assert heard and heard == sorted(heard) and "nxiz" in heard[0][1], heard
        again = await session.call_tool("edit", add)
        assert again.structured_content["status"] == "unchanged", again

        wrong = await session.call_tool("edit", {**add, "names": ["ripgrepp"]})
        assert wrong.is_error and wrong.structured_content["status"] == "invalid", wrong
        right = wrong.structured_content["calls"][0]
        assert (await session.call_tool(right["tool"], right["arguments"])).structured_content["status"] == "unchanged"

        several = [{"operation": "add-package", "hosts": [host], "names": ["fd"]} for host in ("adeck", "zrrh")]
        batch = await session.call_tool("batch", {"operations": several})
        assert len(batch.structured_content["changes"]) == 2, batch
        for edit in (batch, done):
            undone = await session.call_tool("undo", {"edit": edit.structured_content["edit"]})
            assert not undone.is_error, undone


asyncio.run(main(*sys.argv[1:]))
