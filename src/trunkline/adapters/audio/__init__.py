"""Sound beside the main loop: recordings by libsndfile, files from outside by FFmpeg."""

from trunkline.adapters.audio.encoder import SndfileEncoder
from trunkline.adapters.audio.leveller import FfmpegLeveller
from trunkline.adapters.audio.opus import encode_tracks

__all__ = ["FfmpegLeveller", "SndfileEncoder", "encode_tracks"]
