{{ config(materialized='incremental', on_schema_change='fail') }}

{{ regulars.keyed_events('touches', 'touch_id') }}
