"""Segments: what of an audio file is a recording."""

from dataclasses import dataclass
from pathlib import Path

from audeep.backend.errors import AudioError

#: Seconds by which a segment may end after its file: annotations are rounded.
TOLERANCE = 0.1


@dataclass(frozen=True)
class Segment:
    """A recording: an audio file, or a part of one.

    Parameters
    ----------
    path
        The file.
    start, end
        Where the recording starts and ends in the file, in seconds; None for the start and the end of the file.
    channel
        The only channel to read, from 0; None for all.
    """

    path: Path
    start: float | None = None
    end: float | None = None
    channel: int | None = None

    @classmethod
    def of(cls, recording: "Path | Segment") -> "Segment":
        """Return a segment as it is, and a file as the segment that is all of it."""
        return recording if isinstance(recording, Segment) else cls(recording)

    def samples(self, available: int, sample_rate: int) -> range:
        """Return the samples of the file that belong to the recording; an `AudioError` if there are none.

        >>> Segment(Path("a.wav"), start=0.5).samples(8000, 8000)
        range(4000, 8000)
        """
        start, end, seconds = self.start or 0, self.end, available / sample_rate
        if start >= seconds or (end is not None and end > seconds + TOLERANCE):
            raise AudioError(f"is {seconds:.6g} s long, which is too short for the segment {self.times}")
        last = available if end is None else min(available, round(end * sample_rate))
        if round(start * sample_rate) >= last:
            raise AudioError(f"has no samples in the segment {self.times}")
        return range(round(start * sample_rate), last)

    @property
    def times(self) -> str:
        """Start and end for messages: ``from 1.5 s to 3 s``."""
        end = "its end" if self.end is None else f"{self.end:.12g} s"
        return f"from {self.start or 0:.12g} s to {end}"
