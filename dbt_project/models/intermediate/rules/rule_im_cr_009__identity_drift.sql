-- A report has a telephone number, an address or an employer of which the person told nothing.
with

shown as (
    select
        *,
        coalesce(updated_date, {{ local_date('first_report_at') }}) as told_date,
        least(coalesce({{ day_start('updated_date') }}, first_report_at), first_report_at) as event_at
    from {{ ref('int_credit__identity') }}
),

people as (
    select * from {{ ref('stg_people') }}
),

known_things as (
    select * from {{ ref('int_subjects__known_things') }}
),

known_institutions as (
    select * from {{ ref('int_credit__known_institutions') }}
),

plans as (
    select * from {{ ref('int_credit__declared_plans') }}
    where plan_type in ('job_change', 'move')
),

thresholds as (
    {{ thresholds(['plan_days', 'min_other_count', 'shared_score']) }}
),

-- Told of before the report came is told.
known as (
    {{ known_at('shown', 'identity_key', 'shown.identity_type', 'value_token', 'event_at',
        until='shown.available_at') }}
),

reporters as (
    {{ known_at('shown', 'identity_key', "'institution'", 'institution_group', 'event_at',
        until=add_hours('shown.event_at', 24), ledger='known_institutions') }}
),

own as (
    select shown.identity_key
    from shown
    inner join people
        on shown.subject_key = people.subject_key
        and shown.value_token = people.phone_token
    where shown.identity_type = 'phone'
),

others as (
    select
        shown.identity_key,
        count(distinct people.subject_key) as other_count
    from shown
    inner join people
        on shown.value_token = people.phone_token
        and shown.subject_key <> people.subject_key
    where shown.identity_type = 'phone'
    group by shown.identity_key
),

planned as (
    select distinct shown.identity_key
    from shown
    inner join thresholds on {{ in_force('shown.told_date') }}
    inner join plans
        on shown.subject_key = plans.subject_key
        and plans.holds_from_date <= {{ local_date('shown.available_at') }}
        and plans.holds_from_date >= {{ add_days('shown.told_date', '-thresholds.plan_days') }}
        and (
            (plans.plan_type = 'job_change' and shown.identity_type = 'employer')
            or (plans.plan_type = 'move' and shown.identity_type = 'address')
        )
),

judged as (
    select
        shown.*,
        coalesce(others.other_count, 0) as other_count,
        coalesce(others.other_count, 0) >= thresholds.min_other_count as is_shared,
        thresholds.shared_score,
        case
            when known.identity_key is not null or own.identity_key is not null
                then 'known_' || shown.identity_type
            when planned.identity_key is not null then 'declared_plan'
            when
                reporters.identity_key is not null
                and coalesce(others.other_count, 0) < thresholds.min_other_count
                then 'known_institution'
        end as silencing_reason
    from shown
    inner join thresholds on {{ in_force('shown.told_date') }}
    left join known on shown.identity_key = known.identity_key
    left join own on shown.identity_key = own.identity_key
    left join others on shown.identity_key = others.identity_key
    left join planned on shown.identity_key = planned.identity_key
    left join reporters on shown.identity_key = reporters.identity_key
),

described as (
    select
        subject_key,
        'credit_reports' as feed,
        value_token as dedup_key,
        identity_key as source_id,
        event_at,
        available_at,
        detected_at,
        {{ json_text({
            'identity_type': 'identity_type',
            'updated_date': "cast(updated_date as " ~ dbt.type_string() ~ ")",
            'other_count': 'other_count',
            'report_at': timestamp_text('first_report_at'),
        }) }} as evidence,
        case
            when not coalesce(is_news, false) and not is_shared then 'no_prior_snapshot'
        end as exit_reason,
        case when coalesce(is_news, false) or is_shared then silencing_reason end as suppression_reason,
        {{ rule_meta().base_score }} + case when is_shared then shared_score else 0 end as base_score,
        institution_group,
        delivery_id,
        line_number
    from judged
),

final as (
    {{ rule_rows('described', stated=['base_score', 'institution_group']) }}
)

select * from final
