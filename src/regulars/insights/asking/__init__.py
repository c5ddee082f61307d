"""Questions in words: read offline from a closed vocabulary, answered, or handed back with options.

`tokens` and `vocabulary` find what words mean, `periods` and `phrases` read what is not a name,
`claims` covers a question with them, `assembly` makes an intent, `sentences` words the answer.
"""
