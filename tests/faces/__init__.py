"""Faces that move in tests: no person is filmed, one still picture is bent by the mesh of its own face."""
