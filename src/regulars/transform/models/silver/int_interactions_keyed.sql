{{ config(materialized='incremental', on_schema_change='fail') }}

{{ regulars.keyed_events('interactions', 'interaction_id') }}
