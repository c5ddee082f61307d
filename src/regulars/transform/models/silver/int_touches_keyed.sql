{{ config(materialized='ephemeral') }}

{{ regulars.ranked_by_key('touches', 'touch_id') }}
