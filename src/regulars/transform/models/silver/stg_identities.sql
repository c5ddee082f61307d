with

judged as (

    select * from {{ ref('base_identities') }}

),

usable as (

    select * from judged
    where rejected_because is null

)

select * from usable
