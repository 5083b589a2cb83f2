"""Other people's JavaScript, brought in at its pinned versions."""
