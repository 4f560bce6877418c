with

lines as (
    select * from {{ ref('int_commission__lines') }}
)

select * from lines
