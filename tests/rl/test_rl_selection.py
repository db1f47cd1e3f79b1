"""Selection on hand-made curves."""

import pytest

from shinko.rl.metrics import EpochRow
from shinko.rl.selection import SelectionError, select_checkpoint, smooth


def at(epoch, mean_return, distinct=1.0, effective_chords=5.0, objective=None, beta=0.15, pair=0.1):
    return EpochRow(
        epoch=epoch,
        mean_return=mean_return,
        objective=mean_return if objective is None else objective,
        entropy=1.0,
        effective_chords=effective_chords,
        distinct=distinct,
        commonest=0.1,
        commonest_pair=pair,
        unlisted=0.0,
        beta=beta,
        loss=0.0,
        gradient_norm=1.0,
        seconds=0.0,
        shares=(1.0,),
    )


def collapsing():
    """100 epochs: return rises, and at epoch 61 effective chords fall from 8 to 1.3."""
    return [at(e, e / 10, effective_chords=8.0 if e <= 60 else 1.3) for e in range(1, 101)]


def test_selection_ignores_what_comes_after_the_collapse():
    best = at(20, 3.0, distinct=0.8)
    late = at(40, 9.0, distinct=0.1)
    assert select_checkpoint([at(10, 1.0), best, late]).row == best


def test_the_collapse_is_dated_and_the_last_checkpoint_told():
    selection = select_checkpoint(collapsing())
    assert selection.row.epoch == 60
    assert selection.collapse_epoch == 61
    assert selection.last.epoch == 100
    assert selection.reason == (
        "epoch 60: return 6.00, 8.0 effective chords, 100% distinct, commonest pair 10%\n"
        "collapse at epoch 61: effective chords below 3\n"
        "the last checkpoint, epoch 100, would have given return 10.00, 1.3 effective chords, "
        "100% distinct, commonest pair 10%"
    )


def test_only_epochs_with_a_checkpoint_are_selected():
    selection = select_checkpoint(collapsing(), {25, 50, 75, 100})
    assert selection.row.epoch == 50
    assert selection.collapse_epoch == 61


def test_a_loop_of_two_chords_is_a_collapse_however_distinct_its_progressions():
    rows = [at(1, 1.0), at(2, 2.0, pair=0.25), at(3, 5.0, pair=0.45), at(4, 6.0, pair=0.47)]
    selection = select_checkpoint(rows)
    assert selection.row.epoch == 2
    assert selection.collapse_epoch == 3


def test_without_a_collapse_the_best_checkpoint_is_selected():
    rows = [at(1, 1.0), at(2, 3.0), at(3, 2.0)]
    selection = select_checkpoint(rows)
    assert selection.row.epoch == 2
    assert selection.collapse_epoch is None
    assert "stays diverse to the end" in selection.reason


def test_the_objective_decides_not_the_return():
    rows = [at(1, 5.0, objective=6.0), at(2, 4.0, objective=7.0)]
    assert select_checkpoint(rows).row.epoch == 2


def test_with_a_schedule_the_objective_at_the_last_beta_decides():
    # Entropies of 2 and 1: at β = 0.5 the objectives are 0 + 1 and 1 + 0.5.
    warm = at(1, 0.0, objective=4.0, beta=2.0)
    cold = at(2, 1.0, objective=1.5, beta=0.5)
    assert select_checkpoint([warm, cold]).row.epoch == 2


def test_a_beta_that_ends_at_zero_can_be_selected_by():
    # 300 epochs are smoothed over 3: the last one's objective is not its return, at β = 0.
    rows = [at(e, e, objective=e + 1.0, beta=1.0) for e in range(1, 300)] + [at(300, 300, beta=0.0)]
    assert select_checkpoint(rows).row.epoch == 300


def test_a_short_dip_is_no_collapse():
    rows = collapsing()[:60]
    rows[30] = at(31, 3.1, effective_chords=2.0)
    selection = select_checkpoint(rows, window=1)
    assert selection.collapse_epoch is None
    assert selection.row.epoch == 60


@pytest.mark.parametrize(
    ("epochs", "patience"),
    [(10, 5), (100, 5), (119, 5), (120, 6), (200, 10), (1900, 95)],
)
def test_a_fall_lasts_a_twentieth_of_the_training_and_five_epochs_at_the_least(epochs, patience):
    for low, is_collapse in ((patience - 1, False), (patience, True)):
        # Diverse but for `low` rows from epoch 3 on.
        rows = [
            at(e, float(e), effective_chords=2.0 if 3 <= e < 3 + low else 8.0)
            for e in range(1, epochs + 1)
        ]
        selection = select_checkpoint(rows, window=1)
        assert selection.collapse_epoch == (3 if is_collapse else None)
        assert selection.row.epoch == (2 if is_collapse else epochs)


def test_in_a_short_training_one_early_row_hides_nothing():
    rows = [at(1, 1.0, effective_chords=2.0), *(at(e, e) for e in range(2, 9))]
    selection = select_checkpoint(rows)
    assert selection.row.epoch == 8
    assert selection.collapse_epoch is None


def test_a_blip_long_after_the_collapse_does_not_undo_it():
    rows = collapsing()
    rows[95] = at(96, 9.6, effective_chords=4.0)
    selection = select_checkpoint(rows, window=1)
    assert selection.collapse_epoch == 61
    assert selection.row.epoch == 60


def test_a_policy_that_was_never_diverse_is_told_with_the_way_out():
    rows = [at(10, 1.0, distinct=0.1, effective_chords=1.5), at(20, 2.0, effective_chords=2.0)]
    with pytest.raises(
        SelectionError,
        match=r"no checkpoint is diverse \(epoch 20: .*; effective chords below 3\); raise `beta`",
    ):
        select_checkpoint(rows)


def test_no_rows_and_no_checkpoints_are_told_apart():
    with pytest.raises(SelectionError, match="no epochs recorded"):
        select_checkpoint([])
    with pytest.raises(SelectionError, match="no checkpoint among the recorded epochs"):
        select_checkpoint([at(1, 1.0)], {2})


def test_smoothing_takes_the_rows_around():
    rows = [at(1, 1.0), at(2, 4.0), at(3, 10.0)]
    assert [row.mean_return for row in smooth(rows, 3)] == [2.5, 5.0, 7.0]
    assert [row.epoch for row in smooth(rows, 3)] == [1, 2, 3]
