"""The dashboard: pages in a browser that show what `insights` says of the current release."""
