-- More phone cards or accounts under a person's name than the person has, or than there were.
with

answers as (
    select * from {{ ref('int_registrations__answers') }}
),

plans as (
    select * from {{ ref('int_subjects__declared_plans') }}
    where plan_type in ('phone_lines', 'bank_accounts') and stated_count is not null
),

thresholds as (
    {{ thresholds(['min_excess_count', 'app_score']) }}
),

declared as (
    select
        answers.answer_key,
        plans.stated_count,
        plans.recorded_at
    from answers
    inner join plans
        on answers.subject_key = plans.subject_key
        and answers.count_type = plans.plan_type
        and answers.answered_at >= plans.holds_from_at
        and (answers.answered_at < plans.holds_until_at or plans.holds_until_at is null)
    qualify row_number() over (
        partition by answers.answer_key
        order by plans.holds_from_at desc, plans.recorded_at desc, plans.declaration_id desc
    ) = 1
),

compared as (
    select
        answers.*,
        declared.stated_count as declared_count,
        declared.recorded_at,
        answers.count_type = 'platform_accounts' as is_everyday,
        thresholds.app_score,
        coalesce(
            answers.total_count >= declared.stated_count + thresholds.min_excess_count, false
        ) as exceeds_declared,
        coalesce(
            answers.total_count >= answers.previous_count + thresholds.min_excess_count, false
        ) as exceeds_previous
    from answers
    inner join thresholds on {{ in_force('answers.business_date') }}
    left join declared on answers.answer_key = declared.answer_key
),

-- What the flag rests on must have come: the declaration, or else the answer before.
clocked as (
    select
        *,
        case
            when exceeds_declared then greatest(available_at, recorded_at)
            when exceeds_previous then greatest(available_at, previous_available_at)
            else available_at
        end as known_at
    from compared
    where exceeds_declared or exceeds_previous or (declared_count is null and previous_count is null)
),

described as (
    select
        subject_key,
        feed,
        count_type || coalesce(':' || number_tail, '') || ':' || cast(total_count as {{ dbt.type_string() }})
            as dedup_key,
        answer_key as source_id,
        answered_at as event_at,
        known_at as available_at,
        greatest(detected_at, known_at) as detected_at,
        {{ json_text({
            'count_type': 'count_type', 'total_count': 'total_count', 'declared_count': 'declared_count',
            'previous_count': 'previous_count', 'counts': 'counts_by_holder',
            'answered_at': timestamp_text('answered_at'),
            'previous_answered_at': timestamp_text('previous_answered_at'),
        }) }} as evidence,
        case
            when not exceeds_declared and not exceeds_previous then 'no_prior_snapshot'
        end as exit_reason,
        case
            when exceeds_previous and not exceeds_declared and declared_count is not null then 'declared_plan'
        end as suppression_reason,
        case when is_everyday then 'medium' else 'high' end as severity_code,
        case when is_everyday then app_score else {{ rule_meta().base_score }} end as base_score,
        case count_type
            when 'phone_lines' then 'phone_card'
            when 'platform_accounts' then 'platform'
            else 'card'
        end as channel_code,
        delivery_id,
        line_number
    from clocked
),

final as (
    {{ rule_rows('described', stated=['severity_code', 'base_score', 'channel_code']) }}
)

select * from final
