{%- set as_of = run_variable('as_of') -%}

with

batches as (
    select * from {{ source('ledger', 'batches') }}
    where status_code = 'loaded'
),

newest as (
    select max(received_at) as received_at from batches
),

final as (
    select {{ "cast('" ~ as_of ~ "' as timestamp)" if as_of else 'received_at' }} as as_of_at
    from newest
)

select * from final
