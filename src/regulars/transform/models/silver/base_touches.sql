{{ regulars.judged_rows('touches') }}
