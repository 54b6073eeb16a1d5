"""Commands that judge text: score, replay, diff, demo."""
