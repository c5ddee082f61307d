"""Databases that are not the warehouse: read, never written."""
