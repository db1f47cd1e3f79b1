"""A study end to end, with trainings that are over in a moment."""

import csv
import json
import math
import multiprocessing
import os
import re
import shutil
import signal
import string
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import mido
import numpy as np
import pytest

from shinko.errors import ShinkoError
from shinko.experiments.study import trainings
from shinko.experiments.study.claims import claims, in_words
from shinko.experiments.study.findings import find
from shinko.experiments.study.progressions import draw_moments
from shinko.experiments.study.report import write_study
from shinko.experiments.study.settings import BETAS, SWEPT, StudySettings, usual_table
from shinko.experiments.study.sweep import Ended, SweepPoint, Swept
from shinko.experiments.study.trainings import train_all, usual_workers
from shinko.experiments.study.words import LANGUAGES, WORDS
from shinko.request import change
from shinko.rl.selection import Selection, SelectionError
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.lock import HOLDER, HeldError, hold
from shinko.tables import TableError
from shinko.theory import parse_token
from stopping import stopped_from_outside

TABLE = "history,chord,probability\n" + "".join(
    f"{before},{after},{0.7 if after == then else 0.1}\n"
    for before, then in (("", "1"), ("1", "5"), ("5", "6"), ("6", "4"), ("4", "1"))
    for after in "1564"
)


def silent(done, of):
    pass


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "round.csv"
    path.write_text(TABLE)
    return StudySettings(table=str(path), epochs=30, seeds=2)


@pytest.fixture(scope="module")
def study(tmp_path_factory, settings):
    """The folder, the findings, what progress told, and the estimates."""
    out, told, estimates = tmp_path_factory.mktemp("study"), [], []
    folders = train_all(
        out,
        settings,
        lambda *done: told.append(done),
        workers=2,
        estimated=lambda *estimate: estimates.append(estimate),
    )
    found = find(folders)
    write_study(out, settings, folders, found, "en")
    return out, found, told, estimates


def returns(found, beta):
    return np.array([one.returns for one in found.trained[beta]])


def test_a_study_trains_each_beta_with_each_seed(study):
    out, found, told, estimates = study
    poster = [f"beta-{beta:g}-seed-{seed}" for beta in BETAS for seed in (0, 1)]
    bonus = [f"beta-{beta:g}-seed-0" for beta in SWEPT if beta not in BETAS]
    in_return = [f"return-beta-{beta:g}-seed-0" for beta in SWEPT]
    assert sorted(path.name for path in (out / "runs").iterdir()) == sorted(
        [*poster, *bonus, *in_return]
    )
    assert [one.returns.shape for one in found.trained[0.0]] == [(30,), (30,)]
    assert told[-1] == (390, 390)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    ((trainings, seconds),) = estimates
    assert trainings == 13
    assert 0 < seconds < 600


def test_what_is_trained_is_not_trained_again(study, settings):
    out, _, _, _ = study
    before = {path: path.stat().st_mtime_ns for path in out.glob("runs/**/*")}
    told = []
    train_all(out, settings, silent, workers=2, estimated=lambda *estimate: told.append(estimate))
    assert {path: path.stat().st_mtime_ns for path in out.glob("runs/**/*")} == before
    assert not told


def test_an_interrupted_study_goes_on_where_it_was(study, settings, tmp_path):
    def interrupt(done, of):
        if done:
            signal.raise_signal(signal.SIGINT)

    assert train_all(tmp_path, settings, interrupt, workers=2) is None
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.glob("runs/*/checkpoints/*30*")}
    # However many work on it.
    found = find(train_all(tmp_path, settings, silent, workers=1))
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    _, expected, _, _ = study
    np.testing.assert_array_equal(returns(found, 0.15), returns(expected, 0.15))
    assert found.swept == expected.swept


def test_a_study_can_be_stopped_from_another_thread(settings, tmp_path):
    def train(stop, count):
        def show(done, of):
            if done:
                count()

        return train_all(tmp_path, settings, show, workers=1, should_stop=stop)

    assert stopped_from_outside(train, steps=1) is None
    folders = [RunFolder(path) for path in (tmp_path / "runs").iterdir()]
    epochs = [max(folder.checkpoints(), default=0) for folder in folders]
    # What was begun stopped after an epoch, with all of it saved.
    assert epochs == [len(folder.rows()) for folder in folders]
    assert sum(epochs) < 13 * 30


def test_a_process_that_is_killed_ends_the_study_in_one_line(settings, tmp_path):
    def kill(done, of):
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(ShinkoError, match="ended too early; run the same again to go on"):
        train_all(tmp_path, settings, kill, workers=1)


def test_an_error_in_a_process_is_the_studys_own(settings, tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "beta-0-seed-0").write_text("a file")
    with pytest.raises(ShinkoError, match="beta-0-seed-0"):
        train_all(tmp_path, settings, silent, workers=1)


def test_a_missing_table_is_known_before_anything_begins(settings, tmp_path):
    with pytest.raises(TableError, match=r"missing\.csv"):
        train_all(tmp_path, change(settings, {"table": "missing.csv"}), silent, workers=2)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("metrics.jsonl", "damaged\n"),
        ("metrics.jsonl", ""),
        ("settings.toml", "chords = 5\n"),
        ("checkpoints/epoch-000030.safetensors", "damaged"),
    ],
)
def test_a_damaged_training_says_how_to_go_on(study, settings, tmp_path, file, text):
    out, _, _, _ = study
    copy = shutil.copytree(out, tmp_path / "copy")
    damaged = copy / "runs" / "beta-0-seed-1" / file
    assert damaged.is_file()
    damaged.write_text(text)
    with pytest.raises(RunError, match=r"beta-0-seed-1.*remove this run's folder, and run the"):
        find(train_all(copy, settings, silent, workers=2))


def test_a_lost_last_checkpoint_is_made_again(study, settings, tmp_path):
    out, expected, _, _ = study
    copy = shutil.copytree(out, tmp_path / "copy")
    lost = copy / "runs" / "return-beta-0.2-seed-0" / "checkpoints" / "epoch-000030.safetensors"
    content = lost.read_bytes()
    lost.unlink()
    assert find(train_all(copy, settings, silent, workers=1)).swept == expected.swept
    assert lost.read_bytes() == content


@pytest.mark.parametrize("name", ["beta-0-seed-0", "return-beta-0.2-seed-0"])
def test_a_kill_between_the_last_checkpoint_and_its_state_is_mended(
    study, settings, tmp_path, name
):
    out, expected, _, _ = study
    copy = shutil.copytree(out, tmp_path / "copy")
    state = RunFolder(copy / "runs" / name).state_path
    content = state.read_bytes()
    state.unlink()
    with RunFolder(copy / "runs" / name).metrics_path.open("r+") as rows:
        rows.truncate()  # they go to the disk with the state
    assert find(train_all(copy, settings, silent, workers=1)).swept == expected.swept
    assert state.read_bytes() == content


def test_what_a_kill_left_of_a_training_at_its_end_is_cleared(study, settings, tmp_path):
    out, _, _, _ = study
    copy = shutil.copytree(out, tmp_path / "copy")
    run = copy / "runs" / "beta-0-seed-0"
    left = [run / HOLDER, run / "checkpoints" / ".0123456789abcdef.tmp"]
    for path in left:
        path.write_text("{}")
    train_all(copy, settings, silent, workers=1)
    assert not any(path.exists() for path in left)


def test_what_a_kill_left_before_a_run_was_begun_is_no_obstacle(study, settings, tmp_path):
    out, expected, _, _ = study
    copy = shutil.copytree(out, tmp_path / "copy")
    run = copy / "runs" / "beta-0-seed-0"
    shutil.rmtree(run)
    (run / "checkpoints").mkdir(parents=True)
    found = find(train_all(copy, settings, silent, workers=1))
    np.testing.assert_array_equal(returns(found, 0.0), returns(expected, 0.0))


def held_elsewhere(folder, work):
    """What `work` raises while another thread holds a folder."""
    with hold(folder), ThreadPoolExecutor(1) as thread:
        return thread.submit(work).exception()


def test_a_second_study_in_the_same_folder_is_refused(study, settings):
    out, found, _, _ = study
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.name[0] != "."}
    for work in (
        lambda: train_all(out, settings, silent, workers=1),
        lambda: write_study(out, settings, {}, found, "en"),
    ):
        error = held_elsewhere(out, work)
        assert isinstance(error, HeldError)
        assert str(error).startswith(f"{out}: another thread of this process")
    after = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.name[0] != "."}
    assert after == before


def test_a_run_that_is_trained_elsewhere_is_no_part_of_a_study_now(
    study, settings, tmp_path, monkeypatch
):
    out, _, _, _ = study
    run = shutil.copytree(out, tmp_path / "copy") / "runs" / "beta-0-seed-0"
    (run / "checkpoints" / "epoch-000030.safetensors").unlink()
    monkeypatch.setattr(trainings, "_PATIENCE", 0.0)
    told = rf"beta-0-seed-0: process {os.getpid()} on .* trains there"  # by a process of the study
    with hold(run), pytest.raises(HeldError, match=told):
        train_all(tmp_path / "copy", settings, silent, workers=1)


def test_another_table_of_the_same_name_is_refused(study, settings, tmp_path):
    out, _, _, _ = study
    table = Path(settings.table)
    before = table.read_text()
    try:
        table.write_text(before.replace("0.7", "0.6"))
        with pytest.raises(RunError, match=r"is not what .*beta-0-seed-0 was begun with; put it"):
            train_all(out, settings, silent, workers=1)
    finally:
        table.write_text(before)


def test_a_folder_that_cannot_be_made_is_known_at_once(settings, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ShinkoError, match=r"can't be made .*; choose another folder"):
        train_all(tmp_path / "file", settings, silent, workers=1)


def test_another_study_in_the_same_folder_is_refused(study, settings):
    out, _, _, _ = study
    with pytest.raises(RunError, match="has other settings than this study; give the same as"):
        train_all(out, change(settings, {"epochs": 40}), silent, workers=2)


def test_the_posters_own_table_is_usual_where_it_is_downloaded(tmp_path, monkeypatch):
    monkeypatch.setattr("shinko.tables.builtin.is_downloaded", lambda name: False)
    assert usual_table() == "pop"
    monkeypatch.setattr("shinko.tables.builtin.is_downloaded", lambda name: True)
    assert usual_table() == "hooktheory"


def test_there_is_at_least_one_worker():
    assert usual_workers() >= 1


def test_the_numbers_say_what_the_rows_say(study):
    out, found, _, _ = study
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


def test_the_sweep_has_exact_lines_and_a_point_for_each_training(study):
    _, found, _, _ = study
    swept = found.swept
    # 0.7 + 3 · 0.1 = 1: uniform play, the limit of much entropy, earns 0.25 a chord.
    for entropy in ("return", "bonus"):
        exact = swept.exact[entropy]
        assert exact[0].mean_return == pytest.approx(16 * 0.7)
        assert exact[0].effective_chords == pytest.approx(1.0)
        returns = [point.mean_return for point in exact]
        assert returns == sorted(returns, reverse=True)
        assert returns[-1] > 16 * 0.25
    assert sorted((point.beta, point.seed) for point in swept.learned["return"]) == [
        (beta, 0) for beta in SWEPT
    ]
    assert sorted((point.beta, point.seed) for point in swept.learned["bonus"]) == sorted(
        (beta, seed) for beta in {*BETAS, *SWEPT} for seed in range(2 if beta in BETAS else 1)
    )
    assert all(point.optimality <= 1.0 for point in swept.learned["return"])


def ended(run, beta, chords, diverse):
    return Ended(beta, 4.0 * chords, math.log(chords), run, 0, 0.5, diverse)


def test_what_ends_in_two_ways_has_no_mean_between_them():
    exact = {"bonus": [SweepPoint(0.1, 9.0, 0.0), SweepPoint(0.2, 8.0, 1.0)]}
    fallen = [ended(f"a{number}", 0.2, 1.0, False) for number in range(3)]
    swept = Swept(
        exact, {"bonus": [*fallen, ended("b", 0.2, 9.0, True), ended("c", 0.1, 1, False)]}
    )
    low, two, other = swept.together("bonus")
    assert (low.beta, low.rate.count, low.rate.of) == (0.1, 1, 1)
    assert (low.exact.mean_return, two.exact.mean_return) == (9.0, 8.0)
    assert [(one.diverse, one.rate.count, one.rate.of) for one in (two, other)] == [
        *((False, 3, 4), (True, 1, 4)),
    ]
    assert two.effective_chords.value == pytest.approx(1.0)
    assert other.effective_chords.value == pytest.approx(9.0)


def test_both_languages_have_the_same_words():
    def fields(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english = WORDS["en"]
    for language in LANGUAGES:
        assert list(WORDS[language]) == list(english)
        assert all(fields(WORDS[language][key]) == fields(english[key]) for key in english)


LOOPS = ((0.5, 0.3, 0.2), (0.0, 0.4, 0.6))


def collapsing(found, epochs, loops=LOOPS[:1]):
    """The findings, if its trainings had collapsed at these epochs, None for never.

    Args:
      epochs: of the trainings with β = 0; the first of them is the one with β = 0.15, too.
      loops: the shares of the first chords at the end, one after the other in turn.
    """
    (one, *_), played = found.trained[0.0], len(found.chords)
    row = one.last
    trained = []
    for seed, epoch in enumerate(epochs):
        before = replace(
            row, epoch=10, mean_return=4.0, effective_chords=3.5, commonest_pair=0.2, distinct=1.0
        )
        loop = loops[seed % len(loops)]
        after = replace(
            *(row,),
            mean_return=10.0,
            effective_chords=1.5,
            commonest_pair=0.5,
            shares=(*loop, *[0.0] * (played - len(loop))),
        )
        last = before if epoch is None else after
        selection = Selection(before, last, epoch, "")
        trained.append(
            replace(one, seed=seed, last=last, selection=selection, collapse_epoch=epoch)
        )
    return replace(found, trained={0.0: trained, 0.15: [replace(trained[0])]})


def test_claims_hold_as_far_as_the_numbers_say(study):
    _, found, _, _ = study
    say = WORDS["en"]
    collapsed = collapsing(found, (20, None, *range(21, 29)), loops=LOOPS)
    without, loop, entropy, select = claims(collapsed, say)
    # 9 of 10 tell something, and 1 of 1 nothing.
    assert (without.holds, loop.holds, entropy.holds, select.holds) == (
        *("yes", "yes", "open", "yes"),
    )
    assert without.here == (
        "Trainings that collapsed within 30 epochs: 9 of 10 (95% interval 55% to 100%), the first "
        "at epoch 20, half of all by epoch 24."
    )
    assert "Of the 10 that collapsed" in loop.here
    assert "a chord earns 0.62 [0.62, 0.62], at the selected checkpoints 0.25" in loop.here
    first, second, third = (str(parse_token(chord)) for chord in found.chords[:3])
    assert f"With β = 0.00 they end on {first} {second} (5), {third} {second} (4). " in loop.here
    assert f"With β = 0.15 they end on {first} {second} (1)" in loop.here
    assert "14 epochs before it, the selected checkpoints have 3.5 effective chords" in select.here
    assert "20% of all pairs are one; at the end 1.5 and 50%" in select.here


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_few_trainings_leave_every_claim_open(study, count):
    _, found, _, _ = study
    few = collapsing(found, [20] * count)
    holds = [claim.holds for claim in claims(few, WORDS["en"])]
    # The first and the third are of one β; the others count the training with the other β, too.
    assert holds[0] == holds[2] == "open"
    assert (holds[1] == "open") == (count + 1 <= 5)


def test_what_has_not_happened_yet_leaves_the_claims_open(study):
    _, found, _, _ = study
    say = WORDS["en"]
    # Without a collapse, at return 4 of 16, which is uniform choice: no music.
    never = claims(collapsing(found, [None] * 8), say)
    assert [claim.holds for claim in never] == ["open", "open", "open", "open"]
    assert "Those that didn't collapse (1) have return 4.00 at the end" in never[2].here
    assert "uniform choice 4.00" in never[2].here
    one = replace(
        found.trained[0.0][0], selection=SelectionError("no diverse one"), collapse_epoch=10
    )
    worse = claims(replace(found, trained={0.0: [one] * 6, 0.15: [one] * 6}), say)
    assert [claim.holds for claim in worse] == ["yes", "open", "no", "open"]
    assert worse[0].here.startswith("Trainings that collapsed within 30 epochs: 6 of 6 (95% int")


def test_words_name_the_verdict_first(study):
    _, found, _, _ = study
    told = in_words(collapsing(found, (20, 25, 25, 26, 27, 28)), WORDS["ja"])
    assert told[0].startswith("[はい] エントロピーなし（β = 0.00）では学習が崩壊する。30 エポック")
    assert "最初はエポック 20、半数に達したのはエポック 25" in told[0]


def test_shares_of_all_chords_make_a_whole(study):
    _, found, _, _ = study
    for one in found.trained[0.0]:
        assert one.shares.sum(axis=1) == pytest.approx(np.ones(30), abs=1e-5)
        assert sum(one.last.shares) == pytest.approx(1.0, abs=1e-5)


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
    out, _, _, _ = study
    page, text = Page(), (out / "report.html").read_text()
    page.feed(text)
    assert page.tags.count("svg") == 4
    assert page.tags.count("table") == 5
    played = [address for address in page.addresses if address.startswith("data:audio/midi")]
    assert len(played) == len(list((out / "progressions").iterdir()))
    page.addresses = [address for address in page.addresses if address not in played]
    assert all(address.startswith("#") for address in page.addresses)
    # What is pointed to is there, once: both figures are in one page.
    assert len(set(page.ids)) == len(page.ids)
    assert {address[1:] for address in page.addresses} <= set(page.ids)
    assert set(re.findall(r"url\(#(.*?)\)", text)) <= set(page.ids)


def test_figures_are_as_svg_and_png(study):
    out, _, _, _ = study
    for name in ("returns", "survival", "shares", "sweep"):
        assert b"<svg" in (out / f"{name}.svg").read_bytes()
        assert (out / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert "exact optimum 11.200" in (out / "returns.svg").read_text()


def test_progressions_at_several_epochs_can_be_read_and_heard(study):
    out, found, _, _ = study
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


def read_csv(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_all_rows_are_a_tidy_table(study, settings):
    out, _, _, _ = study
    rows, told = read_csv(out / "epochs.csv"), settings.trainings()
    assert [(row["run"], int(row["epoch"])) for row in rows] == [
        (name, epoch) for name in told for epoch in range(1, 31)
    ]
    for row in rows[::29]:
        recorded = RunFolder(out / "runs" / row["run"]).rows()[int(row["epoch"]) - 1]
        assert float(row["mean_return"]) == pytest.approx(recorded["mean_return"], rel=1e-5)
        assert row["entropy_as"] == told[row["run"]].entropy
        assert int(row["seed"]) == told[row["run"]].seed
    assert "shares" not in rows[0]


def test_all_trainings_are_a_tidy_table(study, settings):
    out, found, _, _ = study
    rows = {row["run"]: row for row in read_csv(out / "trainings.csv")}
    assert sorted(rows) == sorted(settings.trainings())
    for one in found.trained[0.15]:
        row = rows[one.folder.path.name]
        assert row["collapse_epoch"] == str(
            "" if one.collapse_epoch is None else one.collapse_epoch
        )
        assert float(row["last_return"]) == pytest.approx(one.last.mean_return, rel=1e-5)
    for end in found.swept.learned["return"]:
        assert float(rows[end.run]["optimality"]) == pytest.approx(end.optimality, rel=1e-5)
        assert rows[end.run]["final_beta"] == f"{end.beta:g}"
        assert rows[end.run]["last_return"] == ""  # only the poster's own are read epoch by epoch


def test_more_seeds_train_only_what_is_missing(study, settings, tmp_path):
    out, _, _, _ = study
    copy = shutil.copytree(out, tmp_path / "copy")
    before = {path: path.stat().st_mtime_ns for path in copy.glob("runs/*/checkpoints/*")}
    more, estimates = change(settings, {"seeds": 3}), []
    train_all(copy, more, silent, workers=2, estimated=lambda *told: estimates.append(told[0]))
    assert estimates == [2]  # a quarter of three is one, as before
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_figures_and_report_speak_japanese(study, settings, tmp_path):
    out, found, _, _ = study
    folders = {path.name: RunFolder(path) for path in (out / "runs").iterdir()}
    write_study(
        tmp_path, settings, {name: folders[name] for name in settings.trainings()}, found, "ja"
    )
    text = (tmp_path / "report.html").read_text()
    assert '<html lang="ja">' in text
    assert "わかったこと" in text
    assert "エポック</text>" in text
    assert not re.search(r"(epoch|return|selected|chords)</text>", text)
    assert "厳密な最適値 11.200" in (tmp_path / "returns.svg").read_text()
