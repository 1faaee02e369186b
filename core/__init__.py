"""Tasks, linked accounts and what follows from them: no platform, no HTTP."""
