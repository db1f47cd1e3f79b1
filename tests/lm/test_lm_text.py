import numpy as np
import pytest
from scipy.stats import chisquare

from shinko.errors import FieldError
from shinko.lm.corpus import EOS, UNK, CorpusError, Vocabulary
from shinko.lm.settings import TextSettings
from shinko.lm.text import join_words, nucleus, read_prompt, sample_words

WORDS = Vocabulary((EOS, UNK, "the", "company", "profit", "fell"))
LOGITS = np.log([0.1, 0.3, 0.25, 0.2, 0.1, 0.05])
NONE = np.array([], np.int64)


class Fixed:
    """A model of one distribution, whatever came before; it notes what it was fed."""

    def __init__(self):
        self.fed = []

    def initial_state(self, batch):
        return ()

    def step(self, tokens, state):
        self.fed.append(tokens.tolist())
        return np.tile(LOGITS, (len(tokens), 1)), state


def draw(model=None, prompt=NONE, **settings):
    return sample_words(model or Fixed(), WORDS, prompt, TextSettings(**settings))


def test_words_come_as_often_as_the_model_says_and_unk_never():
    drawn = draw(words=4000)
    counts = np.bincount(drawn[0], minlength=6)
    assert counts[WORDS.unk] == 0
    likely = np.delete(np.exp(LOGITS), WORDS.unk)
    expected = 4000 * likely / likely.sum()
    assert chisquare(np.delete(counts, WORDS.unk), expected).pvalue > 0.01


def test_unk_comes_where_it_is_asked_for():
    counts = np.bincount(draw(words=4000, unknown=True)[0], minlength=6)
    assert chisquare(counts, 4000 * np.exp(LOGITS)).pvalue > 0.01


def test_temperature_sharpens_and_nought_takes_the_likeliest():
    assert set(draw(words=50, temperature=0.0)[0]) == {2}
    assert set(draw(words=50, temperature=1e-300)[0]) == {2}
    cold = np.bincount(draw(words=4000, temperature=0.5)[0], minlength=6)
    squares = np.delete(np.exp(2 * LOGITS), WORDS.unk)
    expected = 4000 * squares / squares.sum()
    assert chisquare(np.delete(cold, WORDS.unk), expected).pvalue > 0.01


def test_the_nucleus_leaves_the_tail_out():
    # Without <unk> the shares are 0.36, 0.29, 0.14, 0.14, 0.07.
    assert set(draw(words=500, top_p=0.6)[0]) == {2, 3}
    assert set(draw(words=500, top_p=1e-9)[0]) == {2}


def test_a_nucleus_is_the_fewest_words_that_have_the_share():
    shares = np.array([0.1, 0.5, 0.4])
    assert nucleus(shares, 0.5).tolist() == [1]
    assert nucleus(shares, 0.51).tolist() == [1, 2]
    assert nucleus(shares, 1.0).tolist() == [1, 2, 0]


def test_the_first_texts_are_the_same_however_many_are_drawn():
    few, many = draw(words=30, count=2, seed=5), draw(words=30, count=4, seed=5)
    np.testing.assert_array_equal(few, many[:2])
    assert (many[0] != many[1]).any()
    assert (draw(words=30, seed=6)[0] != few[0]).any()


def test_the_prompt_is_read_after_the_end_of_a_line():
    model = Fixed()
    drawn = draw(model, np.array([2, 3]), words=2)
    assert model.fed == [[0], [2], [3], [drawn[0, 0]]]


def test_an_unknown_word_of_a_prompt_is_told_with_those_close_to_it():
    told = r"word 'compny': not among the vocabulary's 6 words; close to it: company"
    with pytest.raises(CorpusError, match=told):
        read_prompt("the compny", WORDS, prepared=True)
    with pytest.raises(CorpusError, match=r"prompt 'the <eos>': <eos> ends a line"):
        read_prompt("the <eos>", WORDS, prepared=True)
    assert read_prompt("The company", WORDS, prepared=False).tolist() == [2, 3]
    assert read_prompt("", WORDS, prepared=True).tolist() == []


def test_text_is_joined_to_be_read():
    words = ["we", "like", "(", "red", ")", "wine", ",", "too", ".", EOS, "so", "?", EOS]
    assert join_words(words, prepared=False) == "we like (red) wine, too.\nso?"
    assert join_words(["the", "N", "'s", EOS, EOS, "profit"], prepared=True) == "the N 's\n\nprofit"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("temperature", -1.0, "`temperature` -1.0: expected 0 to 100"),
        ("temperature", float("nan"), "`temperature` nan: expected 0 to 100"),
        ("top_p", 0.0, "`top_p` 0.0: expected above 0, at most 1"),
        ("top_p", 1.5, "`top_p` 1.5: expected above 0, at most 1"),
        ("words", 0, "`words` 0: expected 1 to 100,000"),
    ],
)
def test_settings_that_cannot_be_are_told(name, value, told):
    with pytest.raises(FieldError, match=told):
        TextSettings(**{name: value})
