with

-- A report is taken whole: of one that was delivered again, all items are those of the last delivery.
latest as (
    select
        *,
        min(_received_at) over (
            partition by subject_key, report_number_token
        ) as first_received_at
    from {{ source('raw', 'credit_reports') }}
    where {{ known_by_as_of() }}
    qualify dense_rank() over (
        partition by subject_key, report_number_token
        order by _received_at desc, _delivery_id desc
    ) = 1
),

final as (
    select
        {{ stable_id(['subject_key', 'report_number_token']) }} as report_key,
        {{ stable_id(['subject_key', 'report_number_token', 'item_number']) }} as item_key,
        latest.*
    from latest
)

select * from final
