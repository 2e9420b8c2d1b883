from __future__ import annotations

import survkit
from survkit.scene.arms import order_arms


def test_arms_look_alike_in_all_analyses_of_a_trial() -> None:
    trial = survkit.load_trial("eortc-26981")
    assert not trial.analysis("pfs-mgmt-methylated").contrasts
    for analysis in trial.analyses:
        assert {arm.id: arm.look for arm in order_arms(analysis).values()} == {"rt-tmz": 0, "rt": 1}
