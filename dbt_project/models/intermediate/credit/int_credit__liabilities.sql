with

shown as (
    select
        *,
        {{ stable_id(['subject_key', 'institution_name', 'opened_date', 'debtor_token', 'occurrence_number']) }}
            as liability_key
    from {{ ref('stg_credit_reports') }}
    where item_type = 'liability'
),

{{ first_shown('shown', 'liability_key') }},

final as (
    select
        liability_key,
        subject_key,
        institution_name,
        opened_date,
        due_date,
        debtor_type_code,
        debtor_token,
        role_name,
        liability_fen,
        contract_number_token,
        first_report_at,
        last_report_at,
        first_report_at > first_of_person_at as is_news,
        report_key,
        received_at,
        delivery_id,
        line_number
    from first_shown
)

select * from final
