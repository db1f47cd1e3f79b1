"""A study end to end, with trainings that are over in a moment."""

import json
import re
import shutil
from html.parser import HTMLParser

import mido
import numpy as np
import pytest

from shinko.recipes.study import trainings
from shinko.recipes.study.findings import find
from shinko.recipes.study.progressions import draw_moments
from shinko.recipes.study.report import write_study
from shinko.recipes.study.settings import StudySettings
from shinko.recipes.study.trainings import train_all
from shinko.rl.selection import Selection
from shinko.runs.folder import RunError
from shinko.runs.settings import change

TABLE = "history,chord,probability\n" + "".join(
    f"{before},{after},{0.7 if after == then else 0.1}\n"
    for before, then in (("", "1"), ("1", "5"), ("5", "6"), ("6", "4"), ("4", "1"))
    for after in "1564"
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "round.csv"
    path.write_text(TABLE)
    return StudySettings(table=str(path), epochs=30, seeds=2)


@pytest.fixture(scope="module")
def study(tmp_path_factory, settings):
    """The folder, the findings, and what progress told."""
    out, told = tmp_path_factory.mktemp("study"), []
    found = find(train_all(out, settings, lambda *done: told.append(done)))
    write_study(out, settings, found)
    return out, found, told


def test_a_study_trains_each_beta_with_each_seed(study):
    out, found, told = study
    assert sorted(path.name for path in (out / "runs").iterdir()) == [
        *("beta-0-seed-0", "beta-0-seed-1", "beta-0.15-seed-0", "beta-0.15-seed-1"),
    ]
    assert found.returns(0.0).shape == found.returns(0.15).shape == (2, 30)
    assert told[-1] == (120, 120)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_what_is_trained_is_not_trained_again(study, settings, monkeypatch):
    out, _, _ = study
    monkeypatch.setattr("shinko.rl.training.Training.step", lambda self: pytest.fail("trained"))
    folders = train_all(out, settings, lambda done, of: None)
    assert [len(runs) for runs in folders.values()] == [2, 2]


def test_an_interrupted_study_goes_on_where_it_was(study, settings, tmp_path, monkeypatch):
    learn, epochs = trainings.learn, []

    def interrupted_once(folder, on_epoch):
        stopped = len(epochs) >= 10
        if stopped:
            return learn(folder, on_epoch=on_epoch)
        learned = learn(folder, on_epoch=on_epoch)
        epochs.extend(learned.rows[:10])
        return type(learned)(learned.folder, learned.rows[:10], 30, learned.selection)

    monkeypatch.setattr(trainings, "learn", interrupted_once)
    assert train_all(tmp_path, settings, lambda done, of: None) is None
    folders = train_all(tmp_path, settings, lambda done, of: None)
    found, (_, expected, _) = find(folders), study
    np.testing.assert_array_equal(found.returns(0.15), expected.returns(0.15))


def test_a_damaged_training_says_how_to_go_on(study, settings, tmp_path):
    out, _, _ = study
    copy = shutil.copytree(out, tmp_path / "copy")
    (copy / "runs" / "beta-0-seed-1" / "metrics.jsonl").write_text("damaged\n")
    with pytest.raises(RunError, match=r"damaged.*remove this run's folder, and run the same"):
        train_all(copy, settings, lambda done, of: None)


def test_another_study_in_the_same_folder_is_refused(study, settings):
    out, _, _ = study
    with pytest.raises(RunError, match="has other settings than this study; give the same as"):
        train_all(out, change(settings, {"epochs": 40}), lambda done, of: None)


def test_the_numbers_say_what_the_rows_say(study):
    out, found, _ = study
    numbers = json.loads((out / "study.json").read_text())
    assert numbers["forecast"]["loop"] == ["1", "5", "6", "4"]
    assert numbers["forecast"]["mean_reward"] == pytest.approx(0.7)
    assert numbers["optimum_return"] == pytest.approx(16 * 0.7)
    assert [one["run"] for one in numbers["trainings"]][:2] == ["beta-0-seed-0", "beta-0-seed-1"]
    for one, told in zip(
        [*found.trained[0.0], *found.trained[0.15]], numbers["trainings"], strict=True
    ):
        if isinstance(one.selection, Selection):
            assert told["selected"]["epoch"] == one.selection.row.epoch
        else:
            assert told["not_selected"] == str(one.selection)


def test_shares_of_all_chords_make_a_whole(study):
    _, found, _ = study
    assert found.shares(0.0).sum(axis=1) == pytest.approx(np.ones(30), abs=1e-5)


class Page(HTMLParser):
    """Collects tags and the addresses that they point to."""

    def __init__(self):
        super().__init__()
        self.tags, self.addresses, self.ids = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href"):
                self.addresses.append(value)
            if name == "id":
                self.ids.append(value)


def test_the_report_is_one_page_that_needs_no_network(study):
    out, _, _ = study
    page, text = Page(), (out / "report.html").read_text()
    page.feed(text)
    assert page.tags.count("svg") == 2
    assert page.tags.count("table") == 2
    played = [address for address in page.addresses if address.startswith("data:audio/midi")]
    assert len(played) == len(list((out / "progressions").iterdir()))
    page.addresses = [address for address in page.addresses if address not in played]
    assert all(address.startswith("#") for address in page.addresses)
    # What is pointed to is there, once: both figures are in one page.
    assert len(set(page.ids)) == len(page.ids)
    assert {address[1:] for address in page.addresses} <= set(page.ids)
    assert set(re.findall(r"url\(#(.*?)\)", text)) <= set(page.ids)


def test_figures_are_as_svg_and_png(study):
    out, _, _ = study
    for name in ("returns", "shares"):
        assert b"<svg" in (out / f"{name}.svg").read_bytes()
        assert (out / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert "exact optimum 11.200" in (out / "returns.svg").read_text()


def test_progressions_at_several_epochs_can_be_read_and_heard(study):
    out, found, _ = study
    files = sorted(path.name for path in (out / "progressions").iterdir())
    for beta in (0.0, 0.15):
        one = found.trained[beta][0]
        epochs = {10, 30}  # the checkpoints nearest to the moments; 15 is as near to 10 as to 20
        if isinstance(one.selection, Selection):
            epochs.add(one.selection.row.epoch)
        names = {f"beta-{beta:g}-epoch-{epoch}.mid" for epoch in epochs}
        assert {name for name in files if name.startswith(f"beta-{beta:g}-epoch")} == names
    # The file plays what the page shows: one marker for each chord.
    moment = draw_moments(found)[-1]
    file = mido.MidiFile(out / "progressions" / moment.name)
    markers = [event.text for track in file.tracks for event in track if event.type == "marker"]
    assert len(markers) == len(moment.progression.chords) == 16
    text = (out / "report.html").read_text()
    for numeral in moment.progression.roman_numerals:
        assert f"<td>{numeral}<br>" in text
