"""What a release holds: typed, versioned models, and the column names that are ours.

Steps write these models, `insights` reads them, the API answers with them. Nothing else is known of
the files of a release anywhere, so a field has one name from training to the screen.
"""
