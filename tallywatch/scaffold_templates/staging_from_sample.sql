with

latest as (
$latest
),

final as (
    select
$columns
    from latest
)

select * from final
