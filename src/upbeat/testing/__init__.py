"""For tests of your own workflows: an org of its own for each test, a clock that stands still, and the engine on both.

```python
from upbeat.testing import House

def test_a_german_lead_goes_to_a_german_speaker():
    with House(only=["route-inbound-leads"]) as house:
        house.promote("route-inbound-leads")
        lead = house.create("Lead", by="web.forms@acme.example", LastName="Huber", Company="Talwerk", Country="Germany")
        house.play()
        assert house.run(lead).outcome == "routed"
        assert house.owner("Lead", lead) in {"lena.vogel@acme.example", "owen.hughes@acme.example"}
```

Nothing here is used while Upbeat runs.
"""

from upbeat.testing.house import BusyError, House

__all__ = ["BusyError", "House"]
