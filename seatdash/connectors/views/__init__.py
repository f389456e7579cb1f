"""The pages of learning systems, below the settings."""
