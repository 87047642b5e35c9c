"""An agent without a screen: signs in, is ready, and says who is calling whenever it rings.

Its desk phone must be registered (any SIP phone); taking it up accepts. Afterwards the outcome is
set. Try it against `make up`:  python examples/ready_and_accept.py agent1
"""

import os
import sys
import time
from contextlib import closing

import httpx

URL = os.environ.get("TRUNKLINE_URL", "http://127.0.0.1:8080")
PASSWORD = os.environ.get("TRUNKLINE_DEMO_PASSWORD", "trunkline-demo")
LOOK_EVERY_S = 0.5


def sign_in(username: str) -> httpx.Client:
    """A client with a token of its own."""
    api = httpx.Client(base_url=f"{URL}/api/v1", timeout=10)
    login = {"username": username, "password": PASSWORD, "kind": "token"}
    token = api.post("/sessions", json=login).raise_for_status().json()["token"]
    api.headers["Authorization"] = f"Bearer {token}"
    return api


def say_who_calls(api: httpx.Client) -> None:
    """Print the pop of every open offer."""
    for offer in api.get("/me/offers").raise_for_status().json()["items"]:
        pop = offer["pop"]
        name = pop["customer"]["name"] if pop["customer"] else "somebody unknown"
        print(f"ringing: {name} ({pop['presumption']}), queue {offer['queue_name']}", flush=True)


def wrap_up(api: httpx.Client, interaction: str) -> None:
    """Set the outcome, and be free for the next call."""
    done = {"disposition": "other", "ticket": {"action": "none"}}
    api.post(f"/interactions/{interaction}/wrap-up", json=done).raise_for_status()
    print(f"done: {interaction}", flush=True)


def main(username: str, calls: int = 1) -> None:
    """Handle so many calls."""
    with closing(sign_in(username)) as api:
        api.put("/me/device", json={"kind": "sip"}).raise_for_status()
        api.put("/me/state", json={"state": "ready"}).raise_for_status()
        print("ready", flush=True)
        before = None
        while calls:
            work = api.get("/me").raise_for_status().json()["work"]
            kind = work["kind"] if work else None
            if kind == "offer" != before:
                say_who_calls(api)
            if kind == "wrap_up":
                wrap_up(api, work["interaction_id"])
                calls -= 1
            before = kind
            time.sleep(LOOK_EVERY_S)
        api.put("/me/state", json={"state": "offline"}).raise_for_status()


if __name__ == "__main__":
    main(*sys.argv[1:2] or ["agent1"])
