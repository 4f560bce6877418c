with

shown as (
    select
        *,
        {{ stable_id(['subject_key', 'generation_code', 'enquirer_code', 'enquired_date', 'institution_name', 'operator_name', 'reason_name', 'occurrence_number']) }}
            as enquiry_key
    from {{ ref('stg_credit_reports') }}
    where item_type = 'enquiry'
),

{{ first_shown('shown', 'enquiry_key') }},

final as (
    select
        enquiry_key,
        subject_key,
        enquirer_code,
        enquired_date,
        institution_name,
        operator_name,
        reason_name,
        generation_code,
        first_report_at,
        last_report_at,
        first_report_at > first_of_generation_at as is_news,
        report_key,
        received_at,
        delivery_id,
        line_number
    from first_shown
)

select * from final
