"""Dense and convolutional networks over any number of leading axes."""

from __future__ import annotations

import pytest
import torch

from hvae_engine.networks import BottomUp, ImageBottomUp, Layers, ToImage, ToPixels, folded, from_image, join
from hvae_engine.networks.dense import ACTIVATIONS, FoldedBatchNorm


def test_batch_norm_sees_all_rows_of_a_feature_also_where_batch_and_features_are_as_many():
    norm = FoldedBatchNorm(4)
    value = torch.randn(3, 4, 4) * torch.tensor([1.0, 2.0, 3.0, 4.0]) + torch.tensor([5.0, 0.0, -5.0, 1.0])
    out = norm(value)
    torch.testing.assert_close(out.mean((0, 1)), torch.zeros(4), rtol=0, atol=1e-5)
    torch.testing.assert_close(out.var((0, 1), unbiased=False), torch.ones(4), rtol=0, atol=1e-3)
    torch.testing.assert_close(norm.running_mean, 0.1 * value.mean((0, 1)))


def test_folding_is_one_call_on_each_row():
    layer = torch.nn.Conv2d(2, 3, 1)
    value = torch.randn(4, 5, 2, 6, 6)
    out = folded(layer, value, 3)
    assert out.shape == (4, 5, 3, 6, 6)
    torch.testing.assert_close(out[2, 3], layer(value[2, 3][None])[0])


def test_joining_gives_both_parts_the_same_leading_axes():
    out = join(torch.zeros(7, 1, 5, 2), torch.ones(3, 5, 4))
    assert out.shape == (7, 3, 5, 6)
    assert out[..., 2:].all()


def test_features_come_root_first():
    dense = BottomUp(from_image("dense", (1, 4, 4), 8, Layers()), [3, 5, 8], Layers())
    assert [f.shape[-1] for f in dense(torch.zeros(2, 1, 4, 4))] == [3, 5, 8]
    images = ImageBottomUp(3, 16, 8, [1, 4, 16])
    assert [f.shape for f in images(torch.zeros(2, 3, 16, 16))] == [(2, 8, 1, 1), (2, 8, 4, 4), (2, 8, 16, 16)]
    assert ToPixels(8, 16, 3)(torch.zeros(2, 8, 4, 4)).shape == (2, 3, 16, 16)


def test_convolutions_fit_images_of_any_size():
    for size in (28, 30, 32, 64):
        vector = from_image("conv", (3, size, size), 20, Layers())(torch.zeros(2, 3, size, size))
        assert vector.shape == (2, 20)
        assert ToImage(20, size, 6, "relu")(vector).shape == (2, 6, size, size)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_deep_stack_keeps_the_size_of_what_passes(activation):
    """Ten layers whose inputs are what an activation makes of N(0, 1): no activation is left near 0 or driven off."""
    torch.manual_seed(0)
    value = ACTIVATIONS[activation]()(torch.randn(200, 400))
    out = Layers(activation, depth=10)(400, 400)(value)
    assert 0.5 < float(out.detach().square().mean() / value.square().mean()) < 2
