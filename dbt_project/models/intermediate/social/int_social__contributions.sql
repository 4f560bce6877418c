with

payments as (
    select * from {{ ref('stg_social_insurance_payments') }}
    where contribution_code not in ('refund', 'transferred')
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

final as (
    select
        payments.payment_key as contribution_key,
        payments.authorisation_id,
        payments.subject_key,
        payments.region_code,
        payments.insurance_code,
        coalesce(
            payments.employer_token, payments.region_code || ':' || payments.employer_code
        ) as employer_key,
        payments.first_month,
        {{ month_number('payments.first_month') }} as first_month_number,
        {{ month_number('payments.last_month') }} as last_month_number,
        payments.contribution_code,
        payments.contribution_base_fen,
        payments.first_received_at = min(payments.first_received_at) over (
            partition by payments.subject_key
        ) as is_of_first_list,
        payments.first_received_at as available_at,
        batches.loaded_at as detected_at,
        payments.first_delivery_id as delivery_id,
        payments.first_line_number as line_number
    from payments
    left join batches on payments.first_delivery_id = batches.delivery_id
)

select * from final
