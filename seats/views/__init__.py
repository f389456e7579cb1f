"""The pages: each parses, calls one service or one report, and renders."""
