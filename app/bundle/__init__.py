"""Puts the browser app together: Flet's web client, Python and the app's own code."""
