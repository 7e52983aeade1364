"""What a view may do to a spectrogram, and what it may not."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from audeep.backend.contrastive import views
from audeep.backend.contrastive.config import ContrastiveConfig, ViewConfig
from audeep.backend.contrastive.views import make_views
from audeep.backend.errors import OptionError

#: Nothing but a crop of 20 frames.
PLAIN = ContrastiveConfig(
    min_crop=20,
    max_crop=20,
    view_frames=20,
    min_height=1,
    max_height=1,
    max_mix=0,
    max_gain=0,
    max_masked_bands=0,
    max_masked_frames=0,
)
COUNT, FRAMES, BANDS = 200, 50, 12


def seed(number: int) -> tf.Tensor:
    return tf.constant([number, 0], tf.int64)


def spectrograms(count: int = COUNT) -> np.ndarray:
    return np.random.default_rng(0).normal(-50, 10, (count, FRAMES, BANDS)).astype("float32")


def view(data: np.ndarray, config: ViewConfig = PLAIN, number: int = 0, **changes: Any) -> np.ndarray:
    return make_views(tf.constant(data), replace(config, **changes), seed(number)).numpy()


def test_the_seed_decides() -> None:
    data, config = spectrograms(9), ContrastiveConfig(view_frames=30)
    one, again, other = (view(data, config, number) for number in (1, 1, 2))
    assert one.shape == (9, 30, BANDS)
    np.testing.assert_array_equal(one, again)
    assert (np.abs(one - other).max(axis=(1, 2)) > 1).all()
    # Two views of the same recording in one batch differ, too.
    same = view(np.repeat(data[:1], 9, axis=0), config)
    assert all((np.abs(first - second).max() > 1) for first, second in pairwise(same))


def test_without_mixing_a_view_does_not_depend_on_the_others() -> None:
    data, config = spectrograms(6), ContrastiveConfig(max_mix=0)
    changed = np.concatenate([data[:3], data[3:] + 1])
    np.testing.assert_array_equal(view(data, config)[:3], view(changed, config)[:3])


def test_a_view_is_never_of_padding() -> None:
    data, lengths = spectrograms(), np.arange(COUNT, dtype=np.int32) % FRAMES + 1
    config = ContrastiveConfig(min_crop=5, max_crop=30, view_frames=20, max_mix=0.4)
    one, other = data.copy(), data.copy()
    for silent, loud, length in zip(one, other, lengths, strict=True):
        silent[length:], loud[length:] = -200, 100
    first, second = (make_views(tf.constant(part), config, seed(1), tf.constant(lengths)) for part in (one, other))
    np.testing.assert_array_equal(first, second)
    # A crop of a recording reaches from its first frame to its last.
    times = np.broadcast_to(np.arange(FRAMES, dtype="float32")[:, None], (COUNT, FRAMES, BANDS))
    crops = make_views(tf.constant(times), replace(PLAIN, view_frames=40), seed(1), tf.constant(lengths)).numpy()
    assert (crops.min(axis=(1, 2)) >= 0).all()
    assert (crops.max(axis=(1, 2)) <= lengths - 1).all()
    short = lengths <= 20
    assert (crops[short].min(axis=(1, 2)) == 0).all()
    assert (crops[short].max(axis=(1, 2)) == lengths[short] - 1).all()


def test_a_crop_is_a_stretch_of_the_recording() -> None:
    # Each value says where it stood.
    data = np.arange(FRAMES, dtype="float32")[:, None] + np.arange(BANDS, dtype="float32") / 100
    crops = view(np.tile(data, (COUNT, 1, 1)))
    np.testing.assert_allclose(crops, crops[:, :1, :1] + data[:20], atol=1e-4)
    assert crops.min() >= -1e-4
    assert crops.max() <= data.max() + 1e-4
    # From the very start to the very end.
    assert crops[:, 0, 0].min() < 0.01
    assert crops[:, -1, 0].max() > FRAMES - 1.01


def test_crops_of_all_lengths_are_resized() -> None:
    data = np.tile(np.arange(FRAMES, dtype="float32")[:, None], (COUNT, 1, BANDS))
    crops = view(data, min_crop=10, max_crop=40)
    # A stretch of n frames in 20 steps advances by n / 20 in each, but for what lies beyond the edge.
    steps = np.median(np.diff(crops[:, :, 0]), axis=1) * 20
    assert 10 <= steps.min() < 13
    assert 37 < steps.max() <= 40.001
    # Longer ones than the recording are all of it.
    whole = view(data, min_crop=60, max_crop=70, view_frames=FRAMES)
    np.testing.assert_allclose(whole, data, atol=1e-4)


def test_crops_contain_a_frame_that_is_not_silent() -> None:
    data = np.full((COUNT, FRAMES, BANDS), -100.0, "float32")
    loud = np.random.default_rng(1).integers(FRAMES, size=COUNT)
    data[np.arange(COUNT), loud, 3] = -20
    assert (view(data).max(axis=(1, 2)) > -61).all()
    # Where all is silent, any crop will do.
    np.testing.assert_array_equal(view(np.full_like(data, -100.0)), np.full((COUNT, 20, BANDS), -100.0))


def test_height_stretches_bands() -> None:
    data = np.tile(np.arange(BANDS, dtype="float32"), (COUNT, FRAMES, 1))
    low, high = view(data, max_height=1, min_height=0.5)[:, 0], view(data, min_height=1, max_height=2)[:, 0]
    for crops, fewest, most in ((low, 0.5, 1), (high, 1, 2)):
        assert crops.min() >= -1e-4
        assert crops.max() <= BANDS - 1 + 1e-4
        slopes = np.diff(crops).max(axis=1)
        assert fewest - 1e-4 <= slopes.min() < fewest + 0.1
        assert most - 0.1 < slopes.max() <= most + 1e-4
    # Bands beyond the edge are like that at the edge.
    assert ((high == 0).sum(axis=1) + (np.abs(high - BANDS + 1) < 1e-4).sum(axis=1)).max() > 4


def test_gain_is_within_its_bounds() -> None:
    data = spectrograms()
    # It is the last draw before the masks, so that all others stay the same.
    change = view(data, max_gain=6) - view(data)
    gains = change[:, 0, 0]
    np.testing.assert_allclose(change, np.broadcast_to(gains[:, None, None], change.shape), atol=1e-4)
    assert -6 <= gains.min() < -5
    assert 5 < gains.max() <= 6
    half = view(data, max_gain=6, decibels_per_unit=2) - view(data)
    np.testing.assert_allclose(half, change / 2, atol=1e-4)


@pytest.mark.parametrize("decibels_per_unit", [1, 30])
def test_mixing_shares_power(decibels_per_unit: float) -> None:
    random = np.random.default_rng(0)
    ours, others = random.uniform(-90, -60, (3, 4, 5)), random.uniform(-30, 0, (3, 4, 5))
    weight = np.array([0.0, 0.25, 0.4])[:, None, None]
    mixed = decibels_per_unit * views.mix(
        *(tf.constant(part / decibels_per_unit, tf.float32) for part in (ours, others)),
        tf.constant(weight, tf.float32),
        decibels_per_unit,
    )
    own, other = 10 ** (ours / 10), 10 ** (others / 10)
    # However loud they were, the others have that share of the power, and the power remains.
    total, other_total = (part.sum(axis=(1, 2), keepdims=True) for part in (own, other))
    power = (1 - weight) * own + weight * other / other_total * total
    np.testing.assert_allclose(mixed, 10 * np.log10(power), atol=1e-3)


def test_another_recording_is_mixed_in() -> None:
    # Recording n has sound in band n alone, and some are louder than others.
    data = np.full((BANDS, FRAMES, BANDS), -200.0, "float32")
    data[range(BANDS), :, range(BANDS)] = np.linspace(-90, 0, BANDS)[:, None]
    mixed = view(data, max_mix=0.4)[:, 0] - np.linspace(-90, 0, BANDS)[:, None]
    own = mixed[range(BANDS), range(BANDS)]
    mixed[range(BANDS), range(BANDS)] = -200
    assert ((mixed > -60).sum(axis=1) == 1).all()
    weight = 10 ** (mixed.max(axis=1) / 10)
    assert weight.max() <= 0.4
    np.testing.assert_allclose(10 ** (own / 10), 1 - weight, atol=1e-3)
    # One that is alone is mixed with itself.
    alone = view(data[:1], max_mix=0.4)
    np.testing.assert_allclose(alone, view(data[:1]), atol=1e-3)


def test_masks_hide_stretches_of_all_widths() -> None:
    mask = views.mask(tf.zeros((1000, 20, 8)), 5, 1, seed(0)).numpy()
    assert mask.shape == (1000, 20, 1)
    widths = mask.sum(axis=(1, 2))
    assert set(widths) == {0, 1, 2, 3, 4, 5}
    assert np.bincount(widths).min() > 1000 / 6 / 2
    # Each is in one piece, and they are everywhere.
    edges = np.abs(np.diff(mask[:, :, 0].astype(int), axis=1, prepend=0, append=0)).sum(axis=1)
    np.testing.assert_array_equal(edges, np.where(widths, 2, 0))
    assert mask.any(axis=0).all()
    # Never everything.
    assert views.mask(tf.zeros((100, 4, 3)), 9, 2, seed(0)).numpy().sum(axis=2).max() == 2


def test_what_is_hidden_is_the_mean_of_the_view() -> None:
    data = spectrograms()
    seen, hidden = view(data), view(data, max_masked_bands=5, max_masked_frames=7)
    changed = np.abs(hidden - seen) > 1e-6
    mean = np.broadcast_to(seen.mean(axis=(1, 2), keepdims=True), seen.shape)
    np.testing.assert_allclose(hidden[changed], mean[changed], atol=1e-3)
    bands, frames = changed.all(axis=1).sum(axis=1), changed.all(axis=2).sum(axis=1)
    assert (bands.max(), frames.max()) == (5, 7)
    assert (changed <= changed.all(axis=1, keepdims=True) | changed.all(axis=2, keepdims=True)).all()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"min_crop": 120}, r"`min_crop` \(120\) must be at most `max_crop` \(100\)"),
        ({"max_height": 0.5}, r"`min_height` \(0.7\) must be at most `max_height` \(0.5\)"),
        ({"max_mix": 1}, "`max_mix`: must be at least 0 and below 1"),
    ],
)
def test_impossible_views(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(OptionError, match=problem):
        ContrastiveConfig(**changes)
