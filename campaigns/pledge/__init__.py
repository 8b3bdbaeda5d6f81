"""The promise and its instalments."""
