"""Puts the browser app together: Flet's web client, Python, the app's own code, everything served locally."""
