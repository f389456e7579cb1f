"""The calls of API.md, one file a subject: parse, call one service or read, tell."""
