with

records as (
    select
        *,
        coalesce(filed_date, effective_date, as_of_date) as record_date,
        -- Arrears are counted anew from report to report.
        case when item_type <> 'tax_arrear' then coalesce(filed_date, effective_date) end as key_date,
        case when item_type <> 'tax_arrear' then amount_fen end as key_amount_fen
    from {{ ref('stg_credit_reports') }}
    where item_type in ('tax_arrear', 'judgment', 'enforcement', 'penalty')
),

-- Detailed reports print no case numbers: a record is known by court or agency, day and amount.
numbered as (
    select
        *,
        row_number() over (
            partition by report_key, item_type, institution_name, key_date, key_amount_fen
            order by record_date, amount_fen, item_number
        ) as twin_number
    from records
),

shown as (
    select
        *,
        {{ stable_id(['subject_key', 'item_type', 'institution_name', 'key_date', 'key_amount_fen', 'twin_number']) }}
            as record_key
    from numbered
),

{{ first_shown('shown', 'record_key') }},

final as (
    select
        record_key,
        subject_key,
        item_type as record_type,
        institution_name,
        case_number,
        reason_name,
        record_date,
        amount_fen,
        settled_fen,
        kept_from_date,
        first_report_at,
        last_report_at,
        first_report_at > first_of_person_at as is_news,
        report_key,
        received_at,
        available_at,
        detected_at,
        delivery_id,
        line_number
    from first_shown
)

select * from final
