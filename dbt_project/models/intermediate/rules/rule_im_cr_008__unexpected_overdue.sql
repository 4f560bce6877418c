-- An account that was paid in time is overdue, or more overdue than before.
with

months as (
    select * from {{ ref('int_credit__repayment_months') }}
),

origins as (
    select * from {{ ref('int_credit__account_origins') }}
),

known_institutions as (
    select * from {{ ref('int_credit__known_institutions') }}
),

thresholds as (
    {{ thresholds(['known_score', 'lead_days']) }}
),

graded as (
    select
        *,
        case
            when repayment_code in ('N', '*', 'C', 'M') then 0
            when repayment_code in ('B', 'D', 'G', 'Z') then 8
            else try_cast(repayment_code as bigint)
        end as bucket
    from months
),

-- A run begins with a month in order; unknown states say nothing and break nothing.
in_runs as (
    select
        *,
        lag(repayment_code) over (partition by account_key order by reported_month) as previous_code,
        lag(reported_month) over (partition by account_key order by reported_month) as previous_month,
        sum(case when bucket = 0 then 1 else 0 end) over (
            partition by account_key
            order by reported_month
            rows between unbounded preceding and current row
        ) as run_number
    from graded
    where bucket is not null
),

compared as (
    select
        *,
        max(bucket) over (
            partition by account_key, run_number
            order by reported_month
            rows between unbounded preceding and 1 preceding
        ) as worst_bucket
    from in_runs
),

worsened as (
    select
        compared.*,
        origins.institution_group,
        origins.family_code,
        origins.is_of_first_report,
        origins.is_known,
        origins.is_taken_over,
        compared.account_key || ':' || compared.reported_month as month_key,
        least({{ day_start("cast(compared.reported_month || '-01' as date)") }}, compared.first_told_at)
            as event_at
    from compared
    inner join origins on compared.account_key = origins.account_key
    where compared.bucket > coalesce(compared.worst_bucket, 0)
),

known as (
    {{ known_at('worsened', 'month_key', "'institution'", 'institution_group', 'event_at',
        until=add_hours('worsened.event_at', 24 * 31), ledger='known_institutions') }}
),

judged as (
    select
        worsened.*,
        worsened.is_known or worsened.is_taken_over or known.month_key is not null as is_of_person,
        thresholds.known_score,
        -- Reports tell months late, the first one tells of years.
        worsened.is_of_first_report
        and (
            worsened.first_told_at = worsened.first_report_at
            or worsened.reported_month < {{ month_text(
                add_days(local_date('worsened.first_report_at'), '-thresholds.lead_days')
            ) }}
        ) as is_of_the_past
    from worsened
    inner join thresholds on {{ in_force(local_date('worsened.event_at')) }}
    left join known on worsened.month_key = known.month_key
),

described as (
    select
        subject_key,
        'credit_reports' as feed,
        account_key as dedup_key,
        month_key as source_id,
        event_at,
        available_at,
        detected_at,
        {{ json_text({
            'reported_month': 'reported_month', 'repayment_code': 'repayment_code',
            'previous_month': 'previous_month', 'previous_code': 'previous_code',
            'overdue_fen': 'overdue_fen', 'family_code': 'family_code',
            'is_known_account': 'case when is_of_person then 1 else 0 end',
            'report_at': timestamp_text('first_told_at'),
        }) }} as evidence,
        case when is_of_the_past then 'no_prior_snapshot' end as exit_reason,
        cast(null as {{ dbt.type_string() }}) as suppression_reason,
        case when is_of_person then 'medium' else 'critical' end as severity_code,
        case when is_of_person then known_score else {{ rule_meta().base_score }} end as base_score,
        institution_group,
        overdue_fen as amount_fen,
        delivery_id,
        line_number
    from judged
),

final as (
    {{ rule_rows('described', stated=['severity_code', 'base_score', 'institution_group', 'amount_fen']) }}
)

select * from final
