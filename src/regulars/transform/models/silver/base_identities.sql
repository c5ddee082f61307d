{{ regulars.judged_rows('identities') }}
