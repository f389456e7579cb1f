"""What the API keeps for itself: tokens, first answers, the log of calls."""
