"""Benchmarks. They print figures and hold nothing: tests never time."""
