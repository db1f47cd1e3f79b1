"""Texts as ids: how lines are split, words counted and files found; and what can't be used."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.lm.corpus import (
    EOS,
    UNK,
    CorpusError,
    Vocabulary,
    count_vocabulary,
    find_files,
    is_prepared,
    read_corpus,
    read_words,
    split_line,
)

PTB = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ptb"
WORDS = st.text(st.characters(categories=["Ll", "Nd"]), min_size=1, max_size=4)


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode("utf-8"))
    return path


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        write(folder / name, "a cat\n")
    return folder


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("The cat's tail.", "the cat's tail ."),
        ("Don’t!", "don’t !"),
        ("a well-known 'trick'", "a well-known ' trick '"),
        ("rock--and roll-", "rock - - and roll -"),
        ("Über 20 naïve cafés…", "über 20 naïve cafés …"),
        ("cafe\u0301", "café"),
        ("snake_case", "snake _ case"),
        (" \t ", ""),
    ],
)
def test_plain_text_is_lowercased_and_its_signs_stand_alone(line, words):
    assert split_line(line, prepared=False) == words.split()


def test_prepared_text_is_split_at_whitespace_only():
    assert split_line(" The <unk>  cat's N.\n", prepared=True) == ["The", "<unk>", "cat's", "N."]


@pytest.mark.parametrize("text", ["a cat\n\n \nsat", "\ufeffa cat\r\nsat\r\n", "a cat\rsat\r"])
def test_each_line_with_words_ends_in_eos(tmp_path, text):
    path = write(tmp_path / "a.txt", text)
    assert read_words(path, prepared=True) == ["a", "cat", EOS, "sat", EOS]


@pytest.mark.parametrize(
    ("text", "prepared"), [("a <unk> sat", True), ("a\n<unk>", True), ("a <unk>. sat", False)]
)
def test_a_text_is_prepared_if_unk_is_a_word_of_it(tmp_path, text, prepared):
    assert is_prepared(write(tmp_path / "a.txt", text)) is prepared


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"caf\xe9", "looks like a binary file; expected plain text in UTF-8"),
        (b"a\0cat", "looks like a binary file; expected plain text in UTF-8"),
        (b"", "empty; expected plain text in UTF-8"),
        (b" \n\n\t", "empty; expected plain text in UTF-8"),
    ],
)
def test_a_file_without_text_is_refused(tmp_path, content, message):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        read_words(path, prepared=False)
    assert str(caught.value) == f"{path}: {message}"


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(CorpusError, match=r"none\.txt: no such file; expected plain text"):
        read_words(tmp_path / "none.txt", prepared=False)
    with pytest.raises(CorpusError, match="a folder; expected plain text"):
        read_words(tmp_path, prepared=False)
    with pytest.raises(CorpusError, match="embedded null byte; expected plain text"):
        read_words(tmp_path / "a\0b", prepared=False)


def test_an_unreadable_file_is_refused(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(CorpusError, match=r"a\.txt: Permission denied; expected plain text"):
        read_words(tmp_path / "a.txt", prepared=False)


def test_the_most_frequent_words_are_kept_and_of_equals_the_first():
    words = ["d", "b", "a", "c", "c", EOS, EOS, EOS, "a", "b", "c", UNK]
    assert count_vocabulary(words, 4).words == (EOS, UNK, "c", "b")
    assert count_vocabulary(words, 9).words == (EOS, UNK, "c", "b", "a", "d")


def test_eos_and_unk_are_in_a_vocabulary_that_never_saw_them():
    vocabulary = count_vocabulary(["a"], 100)
    assert vocabulary.words == (EOS, UNK, "a")
    assert (len(vocabulary), vocabulary.eos, vocabulary.unk) == (3, 0, 1)


def test_a_vocabulary_needs_room_for_a_word():
    with pytest.raises(CorpusError, match="vocabulary limit 2: expected 3 or more"):
        count_vocabulary(["a"], 2)


@pytest.mark.parametrize("words", [(EOS, UNK, "a", "a"), (EOS, "a"), (UNK, "a"), ()])
def test_a_vocabulary_has_each_word_once_with_eos_and_unk(words):
    with pytest.raises(CorpusError, match="expected each word once, among them <eos> and <unk>"):
        Vocabulary(words)


def test_unknown_words_become_unk():
    ids = Vocabulary((EOS, UNK, "cat")).encode(["cat", "dog", EOS])
    assert ids.dtype == np.int64
    assert ids.tolist() == [2, 1, 0]


def test_the_first_unknown_word_is_named_with_close_ones():
    vocabulary = Vocabulary((EOS, UNK, "cat", "cats", "house"))
    with pytest.raises(CorpusError, match=r"^word 'cast': .* 5 words; close to it: cat, cats$"):
        vocabulary.encode(["house", "cast", "zzz"], unknown=False)
    with pytest.raises(CorpusError, match=r"^word 'zzz': .*; use another word$"):
        vocabulary.encode(["zzz"], unknown=False)
    assert vocabulary.encode(["cats", UNK], unknown=False).tolist() == [3, 1]


@given(st.lists(WORDS, min_size=1))
def test_known_words_come_back_from_their_ids(words):
    vocabulary = count_vocabulary(words, 1000)
    assert vocabulary.decode(vocabulary.encode(words, unknown=False)) == words


@given(st.lists(WORDS, min_size=1), st.integers(3, 8))
def test_with_few_words_the_others_come_back_as_unk(words, limit):
    vocabulary = count_vocabulary(words, limit)
    assert len(vocabulary) <= limit
    assert vocabulary.decode(vocabulary.encode(words)) == [
        word if word in vocabulary.words else UNK for word in words
    ]


@given(st.text())
def test_plain_words_have_no_space_and_split_into_themselves(line):
    words = split_line(line, prepared=False)
    assert split_line(" ".join(words), prepared=False) == words


@pytest.mark.parametrize("valid", ["ptb.valid.txt", "my_val.txt", "Dev.TXT"])
def test_a_folder_s_files_are_known_by_their_names(tmp_path, valid):
    fill(tmp_path, "ptb.train.txt", valid, "ptb.test.txt", "README.txt", "._ptb.train.txt")
    names = ["ptb.train.txt", valid, "ptb.test.txt"]
    assert find_files([tmp_path]) == tuple(tmp_path / name for name in names)


def test_a_folder_may_have_no_test_file(tmp_path):
    fill(tmp_path, "train.txt", "valid.txt")
    assert find_files([tmp_path]) == (tmp_path / "train.txt", tmp_path / "valid.txt")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], r"no \*train\*\.txt and no \*valid\*\.txt; expected .* or name the files"),
        (["train.txt", "test.txt"], r": no \*valid\*\.txt; expected \*train\*\.txt, "),
        (["a.train.txt", "b.train.txt"], r"a\.train\.txt, b\.train\.txt could be the train file"),
        (["train.txt", "val_a.txt", "val_b.txt"], r"val_a\.txt, val_b\.txt could be the valid"),
        (["train_valid.txt"], r"train_valid\.txt could be the valid file; .* name the files"),
    ],
)
def test_a_folder_that_leaves_a_part_open_is_refused(tmp_path, names, message):
    with pytest.raises(CorpusError, match=message):
        find_files([fill(tmp_path, *names)])


def test_a_closed_folder_is_refused(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(CorpusError, match="Permission denied; expected a readable folder"):
        find_files([tmp_path])


def test_one_to_three_files_are_train_valid_test(tmp_path):
    files = [tmp_path / name for name in "abcd"]
    assert find_files(files[:1]) == (files[0],)
    assert find_files(files[:3]) == tuple(files[:3])
    for wrong in ([], files):
        with pytest.raises(CorpusError, match=f"^{len(wrong)} files: expected a folder, or train"):
            find_files(wrong)


def test_the_training_file_decides_on_words_and_splitting(tmp_path):
    train = write(tmp_path / "train.txt", "A cat <unk>\nA cat\n")
    valid = write(tmp_path / "valid.txt", "A dog, a cat\n")
    corpus = read_corpus([train, valid], 100)
    assert corpus.prepared
    assert corpus.vocabulary.words == (EOS, UNK, "A", "cat")
    assert corpus.train.tolist() == [2, 3, 1, 0, 2, 3, 0]
    assert corpus.valid.tolist() == [2, 1, 1, 3, 0]
    assert corpus.test is None


def test_a_given_vocabulary_is_used_instead(tmp_path):
    vocabulary = Vocabulary((EOS, UNK, "cat"))
    corpus = read_corpus([fill(tmp_path, "train.txt", "dev.txt", "test.txt")], 100, vocabulary)
    assert corpus.vocabulary is vocabulary
    assert [part.tolist() for part in (corpus.train, corpus.valid, corpus.test)] == [[1, 2, 0]] * 3


@pytest.mark.parametrize(("lines", "held_out"), [(20, 1), (39, 1), (40, 2)])
def test_of_a_single_file_the_last_lines_are_held_out(tmp_path, lines, held_out):
    path = write(tmp_path / "a.txt", "\n\n".join(f"line w{n}" for n in range(lines)))
    corpus = read_corpus([path], 1000)
    train, valid, test = (
        [f"w{n}" for n in range(lines)][part]
        for part in (
            slice(-2 * held_out),
            slice(-2 * held_out, -held_out),
            slice(-held_out, None),
        )
    )
    assert corpus.vocabulary.words == (EOS, UNK, "line", *train)
    assert corpus.vocabulary.decode(corpus.train) == [w for n in train for w in ("line", n, EOS)]
    assert corpus.valid.tolist() == [2, 1, 0] * len(valid)
    assert corpus.test.tolist() == [2, 1, 0] * len(test)


def test_a_single_file_needs_twenty_lines(tmp_path):
    path = write(tmp_path / "a.txt", "a cat\n\n" * 19)
    with pytest.raises(CorpusError, match=r"a\.txt: 19 lines with words; expected 20 or more"):
        read_corpus([path], 100)


@given(
    texts=st.lists(st.text("ab c.'-\n").map(lambda text: f"a{text}"), min_size=2, max_size=3),
    limit=st.integers(3, 9),
)
def test_every_part_s_ids_are_of_the_vocabulary(tmp_path_factory, texts, limit):
    folder = tmp_path_factory.mktemp("corpus")
    files = [write(folder / f"{number}.txt", text) for number, text in enumerate(texts)]
    corpus = read_corpus(files, limit)
    for ids in (corpus.train, corpus.valid, corpus.test):
        if ids is not None:
            assert ids.min() >= 0
            assert ids.max() < len(corpus.vocabulary) <= limit
            assert ids[-1] == corpus.vocabulary.eos


def test_the_fingerprint_tells_words_and_ids(tmp_path):
    def fingerprint(train, valid, *test):
        texts = {"train.txt": train, "valid.txt": valid}
        if test:
            texts["test.txt"] = test[0]
        return read_corpus(
            [write(tmp_path / name, text) for name, text in texts.items()], 100
        ).fingerprint

    texts = [("a b", "a"), ("a b", "b"), ("a c", "a"), ("b a", "a"), ("a b", "a", "a")]
    prints = [fingerprint(*each) for each in texts]
    assert len(set(prints)) == len(texts)
    assert prints == [fingerprint(*each) for each in texts]
    assert all(len(each) == 64 for each in prints)


def test_the_penn_treebank_has_its_published_size():
    if not PTB.is_dir():
        pytest.skip("needs ../shared/data/ptb, which is not part of the project")
    corpus = read_corpus([PTB], 10_000)
    # Zaremba et al. (2014): 929k, 73k and 82k words, 10k in the vocabulary.
    assert (len(corpus.train), len(corpus.valid), len(corpus.test)) == (929_589, 73_760, 82_430)
    assert len(corpus.vocabulary) == 10_000
    assert corpus.prepared
    assert len(count_vocabulary(corpus.vocabulary.decode(corpus.train), 20_000)) == 10_000
