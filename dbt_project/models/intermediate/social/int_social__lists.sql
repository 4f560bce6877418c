with

deliveries as (
    select
        subject_key,
        _delivery_id as delivery_id,
        min(_line_number) as line_number,
        min(_received_at) as available_at
    from {{ source('raw', 'social_insurance_payments') }}
    where {{ known_by_as_of() }}
    group by subject_key, _delivery_id
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

final as (
    select
        deliveries.subject_key,
        deliveries.available_at,
        batches.loaded_at as detected_at,
        deliveries.delivery_id,
        deliveries.line_number
    from deliveries
    left join batches on deliveries.delivery_id = batches.delivery_id
)

select * from final
