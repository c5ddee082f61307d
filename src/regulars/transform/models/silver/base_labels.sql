{{ regulars.judged_rows('labels') }}
