{{ config(materialized='ephemeral') }}

{{ regulars.ranked_by_key('interactions', 'interaction_id') }}
