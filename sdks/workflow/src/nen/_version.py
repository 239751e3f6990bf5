"""The version of the package, in a file of its own so that builds can read it without importing."""

__version__ = "0.1.0"
