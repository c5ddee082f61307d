"""The semantic layer: metrics and dimensions of a release, defined once, and what is asked of them.

`definitions.yaml` defines, `layer` fits the definitions to a release, `intent` is a question in
typed values, `planning` checks it, `compiling` makes its SQL.
"""
