"""Prints what happens as it happens: the event stream, resumed where it broke off.

Try it against `make up`:  python examples/watch_stream.py supervisor
"""

import asyncio
import json
import os
import sys

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

URL = os.environ.get("TRUNKLINE_URL", "http://127.0.0.1:8080")
PASSWORD = os.environ.get("TRUNKLINE_DEMO_PASSWORD", "trunkline-demo")


def sign_in(username: str) -> str:
    """A bearer token."""
    login = {"username": username, "password": PASSWORD, "kind": "token"}
    answer = httpx.post(f"{URL}/api/v1/sessions", json=login).raise_for_status()
    return str(answer.json()["token"])


async def watch(token: str) -> None:
    """Print a line an event, for ever; gaps in the numbers are events of others."""
    headers = {"Authorization": f"Bearer {token}"}
    address = f"{URL.replace('http', 'ws', 1)}/api/v1/stream"
    after = ""
    while True:
        try:
            async with connect(address + after, additional_headers=headers) as stream:
                async for text in stream:
                    event = json.loads(text)
                    if event["type"] == "resync":
                        after = ""
                    elif "seq" in event:
                        after = f"?after={event['seq']}"
                        print(event["seq"], event["type"], event["subject"], flush=True)
        except (OSError, ConnectionClosed):
            await asyncio.sleep(1)


if __name__ == "__main__":
    asyncio.run(watch(sign_in(*sys.argv[1:2] or ["supervisor"])))
