"""shinko suggest: chords for a slot, ranked, and the progression with one of them in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shinko.cli.given import Answering, answering, from_input
from shinko.cli.options import asks
from shinko.cli.rendering import print_texts, write_and_show
from shinko.cli.streams import print_json, print_lines
from shinko.cli.styles import split_styles
from shinko.cli.targets import FilesOut, with_formats
from shinko.errors import FieldError
from shinko.score.text import file_name
from shinko.songwriting.questions import SuggestRequest

if TYPE_CHECKING:
    from shinko.score.progression import Progression
    from shinko.songwriting.sounds import Suggestion


def _meant(given: dict[str, Any]) -> dict[str, Any]:
    """What was given; who says what to write, where, or how it is shown, wants it written."""
    meant = with_formats(split_styles(from_input(given)))
    wanted = any(meant.get(name) for name in ("out", "formats", "print", "pick"))
    return {"write": True, **meant} if wanted else meant


@asks(SuggestRequest, FilesOut, mend=_meant, lists=["style"])
def suggest_command(request: SuggestRequest, files: FilesOut) -> None:
    """Chords for a slot, the likeliest first, with what is on both sides in mind.

    \b
    shinko suggest "I vi"                          what comes next
    shinko suggest "I vi _ V"                      what fits between
    shinko suggest "I V vi IV" --slot 3            what could replace vi
    shinko suggest "D A _ G"                       in D, which is found
    shinko suggest song.mid --from-bars 1-8        what comes after bar 8
    shinko suggest "D A _ G" --write               a file with the likeliest
    shinko suggest "D A _ G" --pick 2 -o song.pdf  with the second
    """
    from shinko.songwriting.sounds import suggested

    if request.write and files.json:
        raise FieldError("json", True, "no `write` beside it", "leave one of them out")
    asked = answering(
        request.chords,
        request.key,
        request.from_bars,
        request.statistics,
        writing=request.write,
    )
    teller, book = asked.teller, asked.book
    slots, slot = list(asked.slots), request.slot
    if slot is None:
        if None not in slots:
            slots.append(None)
        slot = slots.index(None) + 1
    if slot > len(slots):
        raise FieldError("slot", slot, f"1 to {len(slots)}")
    sounds = [*asked.given.chords, *[None] * (len(slots) - len(asked.given.chords))]
    every = suggested(teller, book, slots, slot - 1, sounds, request.colour)
    found = every[: request.count]
    written = _with_suggestion(request, asked, slot, every) if request.write else None
    if written is not None and files.show:
        print_texts([written], files.show, request.rendering)
        return
    if files.json:
        chances = [
            {"chord": one.numeral, "probability": round(one.probability, 6)} for one in found
        ]
        print_json({"slot": slot, **asked.to_dict(), "suggestions": chances})
        return
    print_lines(f"slot {slot}, key {asked.told_key}, {teller.told}")
    for one in found:
        name, chance = one.chord.name(book.key), one.probability
        bar = "█" * round(40 * chance)
        print_lines(f"  {one.numeral:<8} {name:<8} {chance:6.1%}  {bar}".rstrip())
    if written is not None:
        target = files.target()
        print_lines("")
        write_and_show(
            [written],
            target.folder,
            request.rendering,
            total=1,
            names=target.names(1)
            or [file_name(written.title or asked.given.name or "progression")],
            replacing=bool(target.name),
        )


def _with_suggestion(
    request: SuggestRequest,
    asked: Answering,
    slot: int,
    suggestions: Sequence[Suggestion],
) -> Progression:
    """The progression with a suggestion in its slot."""
    from shinko.songwriting.given import completed

    given = asked.given
    if free := sorted(given.free - {slot - 1}):
        raise FieldError(
            "write",
            True,
            f"no free slot but {slot}, and {', '.join(str(one + 1) for one in free)} "
            f"{'is' if len(free) == 1 else 'are'} free, too",
            "shinko compose fills them all",
        )
    if request.pick > len(suggestions):
        raise FieldError("pick", request.pick, f"1 to {len(suggestions)}")
    chords = list(given.piece.chords)
    chords[slot - 1 : slot] = [suggestions[request.pick - 1].chord]
    return completed(given, chords, policy=None, log_probability=None, seed=None)
