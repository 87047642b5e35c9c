"""Written interactions: how they come, and what an agent does with several at once.

    queued ──offer──▶ offered ──accepted──▶ handled ──finished, left──▶ wrap-up ──▶ over
       ▲                 │ declined, timed out, taken back │ passed on, given back
       └─────────────────┴─────────────────────────────────┘

They have no leg: nothing is asked of the edge. Each is one of the agent's works (`core/agent.py`).
"""
