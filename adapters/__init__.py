"""Each platform and engine behind the ports of `core/ports.py`. Adapters do not know each other."""
