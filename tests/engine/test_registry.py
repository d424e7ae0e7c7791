"""Families by name, options as people type them, and the sentence for each mistake."""

from __future__ import annotations

import pytest
import torch

from hvae_engine.errors import OptionError
from hvae_engine.models import FAMILIES, DataInfo, build

DATA = DataInfo((1, 8, 8), 3, torch.full((1, 8, 8), 0.25))


def test_the_families_of_the_founding_papers_are_here():
    assert {"vae", "dlgm", "iwae", "ladder", "m2", "m1m2", "residual_ladder"} <= set(FAMILIES)
    assert (FAMILIES["iwae"].bound, FAMILIES["iwae"].samples) == ("iwae", 5)
    assert all(FAMILIES[name].bound == "elbo" for name in ("vae", "dlgm", "ladder", "m2", "m1m2"))
    assert {name for name in FAMILIES if FAMILIES[name].semi_supervised} == {"m2", "m1m2"}


def test_sizes_are_written_from_the_surface_and_built_root_first():
    model = build("ladder", DATA, units="6,5,4", width=[16, 12, 8])
    assert [(level.name, level.shape[0]) for level in model] == [("z3", 4), ("z2", 5), ("z1", 6)]
    assert model.names == ("z1", "z2", "z3")


def test_options_are_read_as_typed():
    family = FAMILIES["ladder"]
    settings = family.settings({"units": "8, 4", "width": (16, 8), "batch_norm": "off", "depth": "3"})
    assert settings == {
        "units": (8, 4),
        "width": (16, 8),
        "batch_norm": False,
        "head_norm": False,
        "depth": 3,
        "network": "dense",
        "activation": "silu",
        "likelihood": "auto",
        "sigma": 0.1,
    }


@pytest.mark.parametrize(
    ("family", "given", "follow"),
    [
        ("ladder", {"units": "32,8"}, {"width": (512, 256)}),
        ("ladder", {"units": "9,8,7,6,5,4,3"}, {"width": (512, 256, 128, 64, 32, 16, 8)}),
        ("ladder", {"width": "32,32,32,32,32,32,32"}, {"units": (64, 32, 16, 8, 4, 4, 4)}),
        ("iwae", {"units": "20"}, {"width": (200,)}),
        ("dlgm", {"width": "64,64,64"}, {"units": (32, 16, 8)}),
        ("residual_ladder", {"units": "2,2,2,2"}, {"strides": (2, 4, 32, 32)}),
        ("residual_ladder", {"strides": "1,2,4,8"}, {"units": (4, 8, 16, 16)}),
    ],
)
def test_lists_that_are_not_given_follow_those_that_are(family, given, follow):
    settings = FAMILIES[family].settings(given)
    assert {name: settings[name] for name in follow} == follow
    model = build(family, DATA._replace(shape=(1, 32, 32), mean=torch.zeros(1, 32, 32)), **given)
    assert len(list(model)) == len(next(iter(follow.values())))


def test_every_option_has_a_line_of_help_and_builds_with_its_default():
    for family in FAMILIES.values():
        for option in family.options.values():
            assert option.help
            assert option.read(option.default) == option.default


@pytest.mark.parametrize(
    ("family", "options", "sentence"),
    [
        ("laddr", {}, "There is no family 'laddr'; did you mean 'ladder'?"),
        ("vae", {"unit": 3}, "Family 'vae' has no option 'unit'; did you mean 'units'?"),
        ("vae", {"units": "many"}, "Option 'units' takes a whole number from 1 up, not 'many'."),
        ("vae", {"units": 0}, "Option 'units' takes a whole number from 1 up, not 0."),
        ("vae", {"units": 2.5}, "Option 'units' takes a whole number from 1 up, not 2.5."),
        ("ladder", {"batch_norm": "perhaps"}, "Option 'batch_norm' takes true or false, not 'perhaps'."),
        ("ladder", {"units": ""}, "Option 'units' takes whole numbers from z1 up, such as 64,32,16, not ''."),
        ("vae", {"covariance": "ful"}, "Option 'covariance' has no value 'ful'; did you mean 'full'?"),
        (
            "ladder",
            {"units": "8,4", "width": "64,32,16"},
            "Each level needs one number in every list of sizes, but 'units' has 2, 'width' has 3; "
            "give lists of one length.",
        ),
        (
            "m1m2",
            {"units": "8,4,2", "width": "8,4,2"},
            "Family 'm1m2' has 2 levels, but sizes for 3 were given; give 2.",
        ),
        (
            "residual_ladder",
            {"units": "2,2", "strides": "8,4"},
            "Option 'strides' must not fall from z1 up, but found 8,4.",
        ),
    ],
)
def test_mistakes_get_a_sentence(family, options, sentence):
    with pytest.raises(OptionError) as error:
        build(family, DATA, **options)
    assert str(error.value) == sentence


def test_a_semi_supervised_family_needs_classes():
    with pytest.raises(OptionError, match="needs labelled classes"):
        build("m2", DATA._replace(classes=0))


def test_the_output_starts_at_the_mean_image():
    model = build("vae", DATA)
    bias = model.likelihood.network[-1].bias
    torch.testing.assert_close(bias.sigmoid().detach(), torch.full((64,), 0.25))


def test_an_auto_likelihood_fits_the_images():
    for colours, form in ((1, "BernoulliForm"), (3, "GaussianForm")):
        data = DataInfo((colours, 8, 8), 0, torch.full((colours, 8, 8), 0.25))
        assert type(build("vae", data).likelihood.form).__name__ == form
