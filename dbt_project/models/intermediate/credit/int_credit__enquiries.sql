with

items as (
    select
        items.*,
        institutions.known_name,
        institutions.institution_group
    from {{ ref('stg_credit_reports') }} as items
    left join {{ ref('int_credit__institutions') }} as institutions
        on
            items.subject_key = institutions.subject_key
            and items.institution_name = institutions.institution_name
    where items.item_type = 'enquiry'
),

-- Who asks twice a day for one reason asked twice; which row of the report is which does not matter.
numbered as (
    select
        *,
        row_number() over (
            partition by
                report_key, enquirer_code, enquired_date, known_name, operator_name, reason_name
            order by item_number
        ) as twin_number
    from items
),

shown as (
    select
        *,
        {{ stable_id(['subject_key', 'generation_code', 'enquirer_code', 'enquired_date', 'known_name', 'operator_name', 'reason_name', 'twin_number']) }}
            as enquiry_key
    from numbered
),

{{ first_shown('shown', 'enquiry_key') }},

final as (
    select
        enquiry_key,
        subject_key,
        enquirer_code,
        enquired_date,
        institution_name,
        institution_group,
        operator_name,
        reason_name,
        generation_code,
        first_report_at,
        last_report_at,
        first_report_at > first_of_generation_at as is_news,
        report_key,
        received_at,
        available_at,
        detected_at,
        delivery_id,
        line_number
    from first_shown
)

select * from final
