"""An engine in memory for tests and simulations: `FakeEdge`."""

from trunkline.adapters.edge.fake.edge import FakeEdge

__all__ = ["FakeEdge"]
