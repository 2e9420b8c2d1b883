"""Members of a parent with its sub-groups: the same patients, and the figures of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from survkit.comparison import Verdict, compare_figures
from survkit.ensembles import ensemble_family
from survkit.errors import SurvkitError
from survkit.refit import refit_ipd
from survkit.trial import Trial, trial_from_document
from tests.ensembles.example import document, small_trial

if TYPE_CHECKING:
    import survkit

MEMBERS = 3


def with_sub_groups() -> Trial:
    stated = document()
    (whole,) = stated["analysis"]
    for name, n in (("young", (28, 30)), ("old", (32, 32))):
        stated["analysis"].append(_sub_group(whole, name, n))
    return trial_from_document(stated, origin="small.toml")


def _sub_group(whole: dict[str, Any], name: str, n: tuple[int, int]) -> dict[str, Any]:
    arms = [{"id": arm["id"], "n": size} for arm, size in zip(whole["arm"], n, strict=True)]
    arms[0]["events"] = 20 if name == "young" else 25
    return {
        **{key: whole[key] for key in ("endpoint", "time_unit", "source")},
        "id": name,
        "of": whole["id"],
        "by": "age",
        "subgroup": f"age, {name}",
        "arm": arms,
    }


@pytest.fixture(scope="module")
def family() -> tuple[survkit.Ensemble, ...]:
    return ensemble_family(with_sub_groups().analyses[0], MEMBERS, 1, workers=1)


def test_the_parent_comes_first_and_all_are_drawn_together(
    family: tuple[survkit.Ensemble, ...],
) -> None:
    assert [one.analysis.id for one in family] == ["pfs", "young", "old"]
    assert {len(one.members) for one in family} == {MEMBERS}
    assert len({one.redrawn for one in family}) == 1


def test_patients_of_sub_groups_are_those_of_the_parent(
    family: tuple[survkit.Ensemble, ...],
) -> None:
    whole, *parts = family
    for place in range(MEMBERS):
        patients = whole.members[place].reconstruction.ipd
        inside = [part.members[place].reconstruction.ipd for part in parts]
        for ipd in inside:
            assert patients.loc[ipd.index, ["time", "event"]].equals(ipd[["time", "event"]])
        numbers = np.concatenate([ipd.index for ipd in inside])
        assert sorted(numbers) == sorted(patients.index)


def test_every_member_prints_the_figures_of_all(family: tuple[survkit.Ensemble, ...]) -> None:
    for one in family:
        for member in one.members:
            estimates = refit_ipd(member.reconstruction.ipd, one.analysis).estimates
            compared = compare_figures(one.analysis.figures, estimates)
            assert {each.verdict for each in compared} == {Verdict.REPRODUCED}


def test_members_differ_and_are_the_same_again(family: tuple[survkit.Ensemble, ...]) -> None:
    again = ensemble_family(with_sub_groups().analyses[0], 2, 1, workers=1)
    for one, other in zip(family, again, strict=True):
        digests = [member.reconstruction.provenance.ipd_digest for member in one.members]
        assert len(set(digests)) == MEMBERS
        repeated = [member.reconstruction.provenance.ipd_digest for member in other.members]
        assert repeated == digests[:2]


def test_an_analysis_without_sub_groups_is_refused() -> None:
    with pytest.raises(SurvkitError, match="pfs: sub-groups must be made of its patients"):
        ensemble_family(small_trial().analyses[0], MEMBERS, workers=1)
