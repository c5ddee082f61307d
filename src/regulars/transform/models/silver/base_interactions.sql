{{ regulars.judged_rows('interactions') }}
