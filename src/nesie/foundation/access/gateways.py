"""What access needs from others, in its own words: nothing yet, messages go through notices."""
