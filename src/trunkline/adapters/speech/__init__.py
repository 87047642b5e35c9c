"""Voices: espeak-ng in a process of its own."""

from trunkline.adapters.speech.espeak import EspeakSpeech

__all__ = ["EspeakSpeech"]
