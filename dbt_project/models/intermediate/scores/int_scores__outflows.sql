{{ config(materialized='view') }}
-- What the score judges. A file of somebody else's transactions takes this model's place.
with

movements as (
    select * from {{ ref('int_subjects__movements') }}
    where is_outflow
),

wallets as (
    select movement_key, category_name from {{ ref('int_wallets__movements') }}
),

final as (
    select
        movements.movement_key,
        movements.subject_key,
        movements.feed,
        movements.payee_token,
        wallets.category_name,
        -movements.amount_fen as outflow_fen,
        movements.judged_at,
        case when movements.is_time_known then movements.local_hour end as local_hour,
        cast(null as double) as latitude,
        cast(null as double) as longitude,
        movements.available_at,
        movements.detected_at,
        movements.business_date
    from movements
    left join wallets on movements.movement_key = wallets.movement_key
)

select * from final
