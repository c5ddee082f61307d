{{ config(materialized='ephemeral') }}

{{ regulars.ranked_by_key('transactions', 'transaction_id') }}
