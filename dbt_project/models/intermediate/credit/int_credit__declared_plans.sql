with

plans as (
    select * from {{ ref('int_subjects__declared_plans') }}
    where
        plan_type in (
            'loan_application', 'card_application', 'credit_shopping', 'fund_loan', 'fund_withdrawal',
            'self_employed', 'job_change', 'move'
        )
),

aliases as (
    select * from {{ ref('int_rulebook__institution_aliases') }}
),

named as (
    select
        declaration_id,
        subject_key,
        plan_type,
        institution_group,
        holds_from_date,
        -- An application is made on a day; without an end it is that day.
        case
            when plan_type in ('loan_application', 'card_application')
                then coalesce(holds_until_date, holds_from_date)
            else holds_until_date
        end as holds_until_date
    from plans
),

co_lenders as (
    select
        named.declaration_id,
        named.subject_key,
        named.plan_type,
        aliases.institution_group,
        named.holds_from_date,
        named.holds_until_date
    from named
    inner join aliases
        on named.institution_group = aliases.alias_group
        and named.holds_from_date >= aliases.valid_from
        and (aliases.valid_to is null or named.holds_from_date < aliases.valid_to)
),

final as (
    select * from named
    union all
    select * from co_lenders
)

select * from final
