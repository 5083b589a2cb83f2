"""Defects on purpose: what goes wrong in real orgs, put into a seeded one and written down, to be found by an audit."""

from upbeat.localorg.sample.defects.plant import KINDS, plant
from upbeat.localorg.sample.defects.planted import Planted

__all__ = ["KINDS", "Planted", "plant"]
