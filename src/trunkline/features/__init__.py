"""One folder a feature, entered by its front door only."""
