"""The trials that scenes are tested with."""

from __future__ import annotations

from tests.scene.conftest import invented, one_arm, radiant_3, record_1, three_arms

__all__ = ["invented", "one_arm", "radiant_3", "record_1", "three_arms"]
