"""Genres: whose statistics and how it is played, by one name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shinko.files.formats import Rendering


@dataclass(frozen=True)
class Genre:
    """What goes together.

    Attributes:
      table: whose statistics.
      style: the accompaniment; where none has the genre's name, one that fits.
      voicing: how its chords are laid out; "" as the style has it.
    """

    table: str
    style: str
    voicing: str = ""

    def rendering(self, asked: Rendering) -> Rendering:
        """What was asked, played so where nothing else was said."""
        performance = asked.performance
        if performance.pattern:
            return asked
        voicing = performance.voicing or self.voicing
        return replace(asked, performance=replace(performance, pattern=self.style, voicing=voicing))


# Tests check: there are such tables, styles and voicings.
GENRES = {
    "jazz": Genre("jazz", "jazz"),
    "bossa": Genre("jazz", "bossa"),
    "blues": Genre("blues", "jazz"),
    "songbook": Genre("songbook", "jazz"),
    "folk": Genre("folk", "strum"),
    "hymns": Genre("hymns", "block", "four-part"),
    "pop": Genre("pop", "pop-rock"),
}
