"""The whole service in one process, on a clock, a network and a chance that a seed decides."""
