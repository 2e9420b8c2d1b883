"""Sub-groups against their parent, and traps of trials that survkit knows."""

from __future__ import annotations

from typing import Any

from survkit.consistency import audit
from survkit.trial import Trial, trial_from_document


def trial(whole: dict[str, Any], **groups: dict[str, Any]) -> Trial:
    """A trial with sub-groups; every analysis is a dict of arms, each (n, events or None)."""

    def analysis(name: str, arms: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "id": name,
            "endpoint": "PFS",
            "time_unit": "month",
            "source": "paper",
            "arm": [
                {"id": arm, "n": n} | ({} if events is None else {"events": events})
                for arm, (n, events) in arms.items()
            ],
            **more,
        }

    return trial_from_document(
        {
            "spec_version": 1,
            "id": "trial",
            "name": "TRIAL",
            "sources": {"paper": {"citation": "A paper"}},
            "analysis": [
                analysis("all", whole),
                *(analysis(name, arms, subgroup=name, of="all") for name, arms in groups.items()),
            ],
        }
    )


def told(own: Trial) -> list[tuple[str, str, str, str]]:
    return [(each.analysis, each.check, str(each.severity), each.subject) for each in audit(own)]


RADIANT_4 = {"everolimus": (205, None), "placebo": (97, None)}


def test_radiant_4_one_patient_is_in_no_group() -> None:
    own = trial(
        RADIANT_4,
        gi={"everolimus": (118, None), "placebo": (57, None)},
        unknown={"everolimus": (23, None), "placebo": (13, None)},
        lung={"everolimus": (63, None), "placebo": (27, None)},
    )
    assert told(own) == [("all", "groups make the whole", "note", "everolimus")]
    assert audit(own)[0].implied == "1 left out"


VIALE_A = {"ven": (286, 161), "pbo": (145, 109)}
FEMALE, MALE = {"ven": (114, 68), "pbo": (58, 41)}, {"ven": (172, 93), "pbo": (87, 68)}


def test_viale_a_by_sex_makes_the_whole() -> None:
    assert told(trial(VIALE_A, female=FEMALE, male=MALE)) == []


def test_events_that_do_not_add_up() -> None:
    own = trial(VIALE_A, female=FEMALE, male=MALE | {"ven": (172, 98)})
    assert told(own) == [("all", "groups make the whole", "unlikely", "ven")]


def test_two_ways_of_dividing_the_patients() -> None:
    own = trial(
        VIALE_A,
        female=FEMALE,
        male=MALE,
        novo={"ven": (214, 120), "pbo": (110, 80)},
        secondary={"ven": (72, 41), "pbo": (35, 29)},
    )
    assert told(own) == []


def test_a_group_larger_than_the_whole() -> None:
    own = trial(VIALE_A, female={"ven": (287, 100), "pbo": (58, 41)})
    assert told(own) == [("female", "groups within parent", "impossible", "ven")]
    own = trial(VIALE_A, female={"ven": (114, 68), "pbo": (110, 110)})
    assert told(own) == [("female", "groups within parent", "impossible", "pbo")]


def test_the_rest_cannot_have_the_rest_of_the_events() -> None:
    """Outside this group are 5 patients, and 161 - 100 = 61 events."""
    own = trial(VIALE_A, most={"ven": (281, 100), "pbo": (58, 41)})
    assert told(own) == [("most", "groups within parent", "impossible", "ven")]
