"""What an edit costs a program that pays by the byte: costs.py NIXEDIT MESH, with nix on PATH.

Twenty tasks on copies of the flake MESH, each done twice. By tools: the calls to `nixedit mcp` and their answers
(of text and data, which say the same, the longer). By text, as programs do that have a search, a file reader and a
string replacement: one search for the word that leads to the place, every touched file read once with line numbers,
one replacement for each hunk with as few lines around it as make it unique, and one evaluation of each host asked for,
to see that it still stands. What the second way writes is asserted to be byte for byte what the first wrote; that it
knows at once what to write, and never errs, is in its favour. Prints a table in Markdown. A token is about four bytes.
"""

import asyncio
import difflib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

ALL = ["nxiz", "adeck", "zrrh"]

# What is wanted, the word that one would search for, the hosts that one would evaluate (none where a secret's file is
# still missing), the operation.
TASKS = [
    ("a package for a host", "home.packages", ["nxiz"], {"operation": "add-package", "hosts": ["nxiz"], "names": ["ripgrep"]}),
    ("two packages for another", "home.packages", ["adeck"], {"operation": "add-package", "hosts": ["adeck"], "names": ["fd", "ripgrep"]}),
    ("a package of the system", "systemPackages", ["nxiz"], {"operation": "add-package", "hosts": ["nxiz"], "names": ["fd"], "slot": "system"}),
    ("drop a package", "gimp", ["nxiz"], {"operation": "remove-package", "hosts": ["nxiz"], "names": ["gimp"]}),
    ("another package in its place", "btop", ["nxiz"], {"operation": "replace-package", "hosts": ["nxiz"], "old": "btop", "new": "fd"}),
    ("a key of a host table, all hosts", "resolvedDns", ALL, {"operation": "perhost-set", "key": "resolvedDns", "value": "true"}),
    ("a key of a host table, one host", "plymouthTheme", ["adeck"], {"operation": "perhost-set", "key": "plymouthTheme", "values": {"adeck": "bgrt"}}),
    ("drop a key of a host table", "wakeOnLan", ["adeck"], {"operation": "perhost-unset", "key": "wakeOnLan"}),
    ("set an option", "services", ["nxiz"], {"operation": "option-set", "file": "hosts/nxiz/configuration.nix", "path": "services.fwupd.enable", "value": "true"}),
    ("an element of a list", "extraGroups", ALL, {"operation": "list-add", "file": "modules/user.nix", "path": "users.users.zk.extraGroups", "items": ["audio"]}),
    ("enable a program", "programs", ["nxiz"], {"operation": "program-enable", "hosts": ["nxiz"], "name": "fzf"}),
    ("an overrideAttrs overlay", "overlays", ALL, {"operation": "overlay-override", "package": "vlc", "set": ["doCheck=false"]}),
    ("declare a secret", "age.secrets", [], {"operation": "secret-add", "hosts": ["nxiz"], "name": "api-key"}),
    ("a file of the home", "home.file", ["nxiz"], {"operation": "file-text", "hosts": ["nxiz"], "target": ".config/example.conf", "text": "a = 1\n"}),
    ("an activation script", "home.activation", ["nxiz"], {"operation": "activation-add", "hosts": ["nxiz"], "name": "stamp", "text": "date > ~/stamp\n"}),
    ("a new option of the flake", "mkOption", ALL, {"operation": "option-declare", "file": "modules/system.nix", "path": "my.quiet", "type": "bool", "default": "false", "description": "Whether to be quiet."}),
    ("move a package to another host", "gimp", ["nxiz", "adeck"], {"operation": "move-package", "name": "gimp", "from_host": "nxiz", "to_host": "adeck"}),
    ("two hosts in one edit", "home.packages", ["adeck", "zrrh"], {"operations": [{"operation": "add-package", "hosts": [host], "names": ["fd"]} for host in ("adeck", "zrrh")]}),
    ("remove a host", "zrrh", ["nxiz", "adeck"], {"operation": "hosts-remove", "name": "zrrh"}),
    ("a host like another", "zrrh", ["vega"], {"operation": "hosts-add", "name": "vega", "copy_from": "zrrh"}),
]


def run(words, folder):
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def call(name, arguments, answer):
    """The bytes of a call and its answer."""
    return len(json.dumps({"name": name, "arguments": arguments}).encode()) + len(answer.encode())


def replacements(before, after):
    """Old and new text of each hunk, with as few lines around it as make the old one unique."""
    old, new = before.splitlines(True), after.splitlines(True)
    for tag, a, b, c, d in reversed(difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()):
        if tag == "equal":
            continue
        lead, tail = 0, 0
        while True:
            text = "".join(old[a - lead : b + tail])
            if text and before.count(text) == 1:
                break
            grown = (lead + 1 if a - lead > 0 else lead, tail)
            lead, tail = grown if grown != (lead, tail) else (lead, tail + 1)
        yield text, "".join(old[a - lead : a] + new[c:d] + old[b : b + tail])


def by_text(base, edited, word, hosts):
    """The bytes of the same edit with a search, a reader, replacements and an evaluation."""
    found = subprocess.run(["grep", "-rn", "--include=*.nix", word, "."], cwd=base, capture_output=True, text=True).stdout
    cost = call("grep", {"pattern": word, "glob": "*.nix"}, found)
    for status, path in (line.split(maxsplit=1) for line in run(["git", "status", "--porcelain", "-uall"], edited).splitlines()):
        old, new = base / path, edited / path
        if not new.exists():
            cost += call("bash", {"command": f"git rm {path}"}, f"rm '{path}'")
        elif not old.exists():
            cost += call("write", {"path": path, "content": new.read_text()}, "written")
        else:
            before, after = old.read_text(), new.read_text()
            numbered = "".join(f"{number:6}\t{line}" for number, line in enumerate(before.splitlines(True), 1))
            cost += call("read", {"path": path}, numbered)
            for wrong, right in replacements(before, after):
                assert before.count(wrong) == 1
                before = before.replace(wrong, right)
                cost += call("edit", {"path": path, "old_string": wrong, "new_string": right}, f"{path} has been updated")
            assert before == after, path
    for host in hosts:
        words = f"nix eval --raw .#nixosConfigurations.{host}.config.system.build.toplevel.drvPath"
        cost += call("bash", {"command": words}, run(words.split(), edited))
    return cost


async def by_tools(program, flake, arguments):
    """The bytes of the calls and answers of one edit."""
    server = StdioServerParameters(command=program, args=["-C", str(flake), "mcp"])
    async with stdio_client(server) as (reading, writing), ClientSession(reading, writing) as session:
        await session.initialize()
        listing = len((await session.list_tools()).model_dump_json(exclude_none=True, by_alias=True))
        tool = "batch" if "operations" in arguments else "edit"
        result = await session.call_tool(tool, arguments)
        assert not result.is_error and result.structured_content["written"], (arguments, result.content)
        answers = result.content[0].text, json.dumps(result.structured_content)
        return call(tool, arguments, max(answers, key=len)), listing


async def main(program, mesh):
    print("| task | by text | by tools |\n|---|--:|--:|")
    all_text, all_tools = 0, 0
    for what, word, hosts, arguments in TASKS:
        with tempfile.TemporaryDirectory() as scratch:
            base, edited = pathlib.Path(scratch) / "base", pathlib.Path(scratch) / "edited"
            for folder in (base, edited):
                shutil.copytree(mesh, folder)
                run(["git", "init", "-q"], folder)
                run(["git", "add", "-A"], folder)
                run(["git", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "The flake"], folder)
            tools, listing = await by_tools(program, edited, arguments)
            text = by_text(base, edited, word, hosts)
        assert tools < text, what
        all_text, all_tools = all_text + text, all_tools + tools
        print(f"| {what} | {text} | {tools} |")
    print(f"| all twenty | {all_text} | {all_tools} |")
    print(f"\nBy tools {all_text / all_tools:.1f} times less; the tools' listing, once a session, is {listing} bytes.")


asyncio.run(main(*sys.argv[1:]))
