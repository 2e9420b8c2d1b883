"""A figure that was read, written down: a trial file with its curve files, none of it verified."""

from survkit.transcription.draft import Heading, Transcript
from survkit.transcription.transcribing import transcribe_figure
from survkit.transcription.words import identifier

__all__ = ["Heading", "Transcript", "identifier", "transcribe_figure"]
