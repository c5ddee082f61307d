{{ regulars.judged_rows('categories') }}
