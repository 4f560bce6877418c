{{ config(materialized='view') }}
with

outflows as (
    select * from {{ ref('int_scores__outflows') }}
),

measured as (
    select
        *,
        coalesce(category_name, '') as category_key,
        ln(cast(greatest(outflow_fen, 1) as double)) as log_fen,
        cast({{ days_between("cast('2000-01-01' as date)", 'business_date') }} as bigint) as day_number
    from outflows
),

final as (
    select
        movement_key,
        subject_key,
        feed,
        payee_token,
        category_name,
        category_key,
        outflow_fen,
        -- The inner rounding hides the last bit, in which engines differ.
        cast(round(round(1000 * log_fen, 6)) as bigint) as log_milli,
        cast(floor(round({{ var('amount_bins_per_e') }} * log_fen, 6)) as bigint) as amount_bin,
        judged_at,
        local_hour,
        latitude,
        longitude,
        day_number,
        available_at,
        detected_at,
        business_date
    from measured
)

select * from final
