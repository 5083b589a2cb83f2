"""Alike changes are released together, on a house of their own: what was decided alone counts into a sample."""

import pytest
from tests.unit.console.conftest import DANA
from tests.unit.console.test_review import ROWAN, Desk, act, desk, house

from upbeat import operations

__all__ = ["desk", "house"]  # the fixtures


class TestPatterns:
    def test_alike_changes_are_released_together_once_the_sample_is_decided(self, desk: Desk) -> None:
        alike = [one for one, _ in desk.deals(*"abcd")]
        browser = desk.sign_in(DANA)
        one = alike[-1]
        page = browser.get(f"/api/review/{one.id}/pattern").json()
        assert (page["may_release"], len(page["sample"])) == (False, 1)
        refused = browser.post(f"/api/review/{one.id}/release", json={}).json()["error"]
        assert "1 change of the sample" in refused["what"]
        act(browser, operations.one_review(desk.house.space.house, page["sample"][0]["id"]), "approve")
        open_now = [each["id"] for each in browser.get(f"/api/review/{one.id}/pattern").json()["waits"]]
        answer = browser.post(f"/api/review/{one.id}/release", json={"only": open_now[:1]})
        assert answer.json()["said"] == "Approved 1 change, each by itself."
        left = [each["id"] for each in browser.get(f"/api/review/{one.id}/pattern").json()["waits"]]
        assert set(open_now) - set(left) == set(open_now[:1])

    @pytest.mark.law(6)
    def test_what_needs_approval_has_no_pattern_to_release(self, desk: Desk) -> None:
        _, approval = desk.deal()
        browser = desk.sign_in(ROWAN)
        assert browser.get(f"/review/{approval.id}/pattern").status_code == 409
        assert not desk.item(browser, approval)["in_pattern"]
