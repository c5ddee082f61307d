{{ config(materialized='ephemeral') }}

{{ regulars.resolved_events('transactions') }}
