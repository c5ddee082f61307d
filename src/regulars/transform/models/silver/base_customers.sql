{{ regulars.judged_rows('customers') }}
