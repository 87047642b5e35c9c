"""Object storage through obstore: a local directory, or S3 and alike, by its URL."""

from trunkline.adapters.blobs.objects import ObstoreBlobs, open_blobs

__all__ = ["ObstoreBlobs", "open_blobs"]
