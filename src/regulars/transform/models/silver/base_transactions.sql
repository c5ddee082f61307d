{{ regulars.judged_rows('transactions') }}
