{{ config(materialized='ephemeral') }}

{{ regulars.resolved_events('touches') }}
