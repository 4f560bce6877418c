with

declarations as (
    select * from {{ ref('stg_declarations') }}
),

final as (
    select
        declaration_id,
        subject_key,
        thing_type as plan_type,
        {{ institution_group('institution_name') }} as institution_group,
        stated_count,
        holds_from_at,
        holds_until_at,
        {{ local_date('holds_from_at') }} as holds_from_date,
        {{ local_date('holds_until_at') }} as holds_until_date,
        recorded_at
    from declarations
    where
        thing_type in (
            'phone_lines', 'bank_accounts', 'self_employed', 'loan_application', 'card_application',
            'credit_shopping', 'fund_withdrawal', 'fund_loan', 'job_change', 'move', 'pause'
        )
)

select * from final
