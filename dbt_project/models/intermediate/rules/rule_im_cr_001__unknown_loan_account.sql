-- A loan in the credit report at an institution of which the person knows nothing.
with

accounts as (
    select * from {{ ref('int_credit__account_origins') }}
    where family_code = 'loan'
),

plans as (
    select * from {{ ref('int_credit__declared_plans') }}
    where plan_type in ('loan_application', 'fund_loan', 'credit_shopping')
),

thresholds as (
    {{ thresholds(['plan_before_days', 'plan_after_days', 'first_report_score']) }}
),

planned as (
    select distinct accounts.account_key
    from accounts
    inner join thresholds on {{ in_force(local_date('accounts.event_at')) }}
    inner join plans
        on accounts.subject_key = plans.subject_key
        and (plans.institution_group is null or accounts.institution_group = plans.institution_group)
        and plans.holds_from_date
        <= {{ add_days('accounts.opened_date', 'thresholds.plan_after_days') }}
        and (
            plans.holds_until_date is null
            or plans.holds_until_date
            >= {{ add_days('accounts.opened_date', '-thresholds.plan_before_days') }}
        )
),

described as (
    select
        accounts.subject_key,
        'credit_reports' as feed,
        coalesce(accounts.institution_group, 'unnamed') as dedup_key,
        accounts.account_key as source_id,
        accounts.event_at,
        accounts.available_at,
        accounts.detected_at,
        {{ json_text({
            'opened_date': "cast(accounts.opened_date as " ~ dbt.type_string() ~ ")",
            'granted_fen': 'accounts.granted_fen',
            'account_kind_code': 'accounts.account_kind_code', 'state_code': 'accounts.state_code',
            'report_at': timestamp_text('accounts.first_report_at'),
            'previous_report_at': timestamp_text('accounts.previous_report_at'),
        }) }} as evidence,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        -- What the first report shows is known when the person says so, not by being there.
        case
            when accounts.is_acknowledged or (accounts.is_known and not accounts.is_of_first_report)
                then 'known_institution'
            when accounts.is_taken_over then 'account_transferred'
            when planned.account_key is not null then 'declared_plan'
        end as suppression_reason,
        case when accounts.is_of_first_report then 'medium' else 'critical' end as severity_code,
        case
            when accounts.is_of_first_report then thresholds.first_report_score
            else {{ rule_meta().base_score }}
        end as base_score,
        accounts.institution_group,
        accounts.granted_fen as amount_fen,
        accounts.delivery_id,
        accounts.line_number
    from accounts
    inner join thresholds on {{ in_force(local_date('accounts.event_at')) }}
    left join planned on accounts.account_key = planned.account_key
),

final as (
    {{ rule_rows('described', stated=['severity_code', 'base_score', 'institution_group', 'amount_fen']) }}
)

select * from final
