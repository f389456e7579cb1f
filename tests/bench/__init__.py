"""What `manage.py bench` measures: NUMBERS.md's P lines, each beside its ceiling."""
