with

items as (
    select
        items.*,
        institutions.institution_group
    from {{ ref('stg_credit_reports') }} as items
    left join {{ ref('int_credit__institutions') }} as institutions
        on
            items.subject_key = institutions.subject_key
            and items.institution_name = institutions.institution_name
    where items.item_type = 'liability'
),

-- One debtor may have several guarantees on one day, told apart by what they are for.
numbered as (
    select
        *,
        row_number() over (
            partition by report_key, institution_group, opened_date, debtor_token
            order by liability_fen, coalesce(contract_number_token, ''), item_number
        ) as twin_number
    from items
),

shown as (
    select
        *,
        {{ stable_id(['subject_key', 'institution_group', 'opened_date', 'debtor_token', 'twin_number']) }}
            as liability_key
    from numbered
),

{{ first_shown('shown', 'liability_key') }},

final as (
    select
        liability_key,
        subject_key,
        institution_name,
        institution_group,
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
        available_at,
        detected_at,
        delivery_id,
        line_number
    from first_shown
)

select * from final
