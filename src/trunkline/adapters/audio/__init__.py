"""Encoding of recordings with libsndfile, in a worker process beside the main loop."""

from trunkline.adapters.audio.encoder import SndfileEncoder
from trunkline.adapters.audio.opus import encode_tracks

__all__ = ["SndfileEncoder", "encode_tracks"]
