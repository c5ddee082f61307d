with

history as (

    select
        customer_id,
        as_of,
        segment
    from {{ ref('customer_segment_history') }}

),

dates as (

    select as_of from history
    group by as_of

),

pairs as (

    select
        earlier.as_of as from_as_of,
        later.as_of as to_as_of
    from dates as earlier
    inner join dates as later
        on earlier.as_of < later.as_of

),

moves as (

    select
        pairs.from_as_of,
        pairs.to_as_of,
        coalesce(origin.segment, 'No purchase yet') as from_segment,
        destination.segment as to_segment,
        count(*) as customers
    from pairs
    inner join history as destination
        on pairs.to_as_of = destination.as_of
    left join history as origin
        on
            pairs.from_as_of = origin.as_of
            and destination.customer_id = origin.customer_id
    group by
        pairs.from_as_of,
        pairs.to_as_of,
        coalesce(origin.segment, 'No purchase yet'),
        destination.segment

),

shared as (

    select
        from_as_of,
        to_as_of,
        from_segment,
        to_segment,
        cast(customers as bigint) as customers,
        {{ regulars.ratio(
            'customers',
            'sum(customers) over (partition by from_as_of, to_as_of, from_segment)'
        ) }} as share
    from moves

)

select * from shared
