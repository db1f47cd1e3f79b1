"""Instruments and drums by their General MIDI names.

Source: General MIDI System Level 1 (MIDI Manufacturers Association, 1991), sound set and
percussion map; programs count from 0 here, as in the bytes.
"""

from difflib import get_close_matches

from shinko.errors import ShinkoError

_NAMES = """
acoustic grand piano, bright acoustic piano, electric grand piano, honky-tonk piano,
electric piano 1, electric piano 2, harpsichord, clavinet,
celesta, glockenspiel, music box, vibraphone, marimba, xylophone, tubular bells, dulcimer,
drawbar organ, percussive organ, rock organ, church organ, reed organ, accordion, harmonica,
tango accordion,
acoustic guitar (nylon), acoustic guitar (steel), electric guitar (jazz),
electric guitar (clean), electric guitar (muted), overdriven guitar, distortion guitar,
guitar harmonics,
acoustic bass, electric bass (finger), electric bass (pick), fretless bass, slap bass 1,
slap bass 2, synth bass 1, synth bass 2,
violin, viola, cello, contrabass, tremolo strings, pizzicato strings, orchestral harp, timpani,
string ensemble 1, string ensemble 2, synth strings 1, synth strings 2, choir aahs, voice oohs,
synth voice, orchestra hit,
trumpet, trombone, tuba, muted trumpet, french horn, brass section, synth brass 1,
synth brass 2,
soprano sax, alto sax, tenor sax, baritone sax, oboe, english horn, bassoon, clarinet,
piccolo, flute, recorder, pan flute, blown bottle, shakuhachi, whistle, ocarina,
lead 1 (square), lead 2 (sawtooth), lead 3 (calliope), lead 4 (chiff), lead 5 (charang),
lead 6 (voice), lead 7 (fifths), lead 8 (bass + lead),
pad 1 (new age), pad 2 (warm), pad 3 (polysynth), pad 4 (choir), pad 5 (bowed),
pad 6 (metallic), pad 7 (halo), pad 8 (sweep),
fx 1 (rain), fx 2 (soundtrack), fx 3 (crystal), fx 4 (atmosphere), fx 5 (brightness),
fx 6 (goblins), fx 7 (echoes), fx 8 (sci-fi),
sitar, banjo, shamisen, koto, kalimba, bag pipe, fiddle, shanai,
tinkle bell, agogo, steel drums, woodblock, taiko drum, melodic tom, synth drum,
reverse cymbal,
guitar fret noise, breath noise, seashore, bird tweet, telephone ring, helicopter, applause,
gunshot
"""
INSTRUMENTS = tuple(" ".join(name.split()) for name in _NAMES.split(","))

# What people call the usual one of several.
_EVERYDAY = {
    "piano": "acoustic grand piano",
    "grand piano": "acoustic grand piano",
    "electric piano": "electric piano 1",
    "organ": "drawbar organ",
    "guitar": "acoustic guitar (steel)",
    "acoustic guitar": "acoustic guitar (steel)",
    "electric guitar": "electric guitar (clean)",
    "bass": "electric bass (finger)",
    "electric bass": "electric bass (finger)",
    "upright bass": "acoustic bass",
    "double bass": "acoustic bass",
    "synth bass": "synth bass 1",
    "strings": "string ensemble 1",
    "choir": "choir aahs",
    "brass": "brass section",
    "sax": "alto sax",
    "saxophone": "alto sax",
    "horn": "french horn",
    "harp": "orchestral harp",
    "synth": "lead 2 (sawtooth)",
    "pad": "pad 2 (warm)",
}

# What a row of drum steps may be called, and its key on the percussion map.
DRUMS = {
    "kick": 36,
    "rim": 37,
    "snare": 38,
    "clap": 39,
    "hat": 42,
    "pedal-hat": 44,
    "low-tom": 45,
    "open-hat": 46,
    "mid-tom": 47,
    "crash": 49,
    "high-tom": 50,
    "ride": 51,
    "tambourine": 54,
    "cowbell": 56,
    "high-conga": 63,
    "low-conga": 64,
    "shaker": 70,
    "clave": 75,
    "triangle": 81,
}


class InstrumentError(ShinkoError):
    """There is no instrument of this name."""


def program_of(name: str) -> int:
    """The program, 0..127, of an instrument.

    Its General MIDI name will do, how that name begins, or an everyday name such as "piano".

    Raises:
      InstrumentError: no instrument is called so, or several begin so and none is it.
    """
    wanted = " ".join(name.casefold().split())
    wanted = _EVERYDAY.get(wanted, wanted)
    if wanted in INSTRUMENTS:
        return INSTRUMENTS.index(wanted)
    begun = [known for known in INSTRUMENTS if wanted and known.startswith(wanted)]
    if len(begun) == 1:
        return INSTRUMENTS.index(begun[0])
    within = [known for known in INSTRUMENTS if len(wanted) > 2 and wanted in known]
    near = begun or within or get_close_matches(wanted, INSTRUMENTS, n=3, cutoff=0.5)
    hint = ", ".join(repr(known) for known in near[:4]) or "a General MIDI name, such as 'flute'"
    if len(within) == 1 and not begun:
        return INSTRUMENTS.index(within[0])
    raise InstrumentError(f"instrument {name!r} is not known; try {hint}")
