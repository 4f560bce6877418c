-- Contributions that stop while the person is employed, or whose base jumps out of season.
with

contributions as (
    select * from {{ ref('int_social__contributions') }}
),

plans as (
    select * from {{ ref('int_subjects__declared_plans') }}
    where plan_type in ('job_change', 'move')
),

-- The pension is paid for everybody who is employed, in every region.
pensions as (
    select * from contributions
    where insurance_code = 'pension'
),

lists as (
    select * from {{ ref('int_social__lists') }}
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

thresholds as (
    {{ thresholds([
        'usual_posting_day', 'grace_days', 'max_base_change_ppm', 'first_adjustment_month',
        'second_adjustment_month',
    ]) }}
),

employed as (
    select
        subject_key,
        min(available_at) as first_list_at
    from pensions
    group by subject_key
),

-- A break begins with the month after one that was paid for.
followers as (
    select distinct
        subject_key,
        last_month_number + 1 as month_number
    from pensions
),

-- What was due before the first list is history.
due as (
    select
        followers.subject_key,
        followers.month_number,
        {{ day_start(add_days(
            month_start('followers.month_number + 1'),
            'thresholds.usual_posting_day - 1 + thresholds.grace_days'
        )) }} as overdue_at
    from followers
    inner join employed on followers.subject_key = employed.subject_key
    inner join thresholds on {{ in_force(month_start('followers.month_number')) }}
    cross join as_of
    where
        {{ day_start(add_days(
            month_start('followers.month_number + 1'),
            'thresholds.usual_posting_day - 1 + thresholds.grace_days'
        )) }} between employed.first_list_at and as_of.as_of_at
),

-- Only a list made after a month was due shows that it is missing; what is paid later changes nothing.
shown as (
    select
        due.*,
        lists.available_at,
        lists.detected_at,
        lists.delivery_id,
        lists.line_number
    from due
    left join lists
        on due.subject_key = lists.subject_key
        and due.overdue_at < lists.available_at
    qualify row_number() over (
        partition by due.subject_key, due.month_number
        order by lists.available_at nulls last, lists.delivery_id
    ) = 1
),

paid as (
    select distinct
        shown.subject_key,
        shown.month_number
    from shown
    inner join pensions
        on shown.subject_key = pensions.subject_key
        and shown.month_number >= pensions.first_month_number
        and shown.month_number <= pensions.last_month_number
        and coalesce(shown.available_at, pensions.available_at) >= pensions.available_at
),

missing as (
    select shown.*
    from shown
    left join paid
        on shown.subject_key = paid.subject_key
        and shown.month_number = paid.month_number
    where paid.subject_key is null
),

last_told as (
    select * from pensions
    qualify row_number() over (
        partition by subject_key
        order by last_month_number desc, contribution_key
    ) = 1
),

stops as (
    select
        missing.subject_key,
        'contribution_stop' as dedup_key,
        'stop:' || cast(missing.month_number as {{ dbt.type_string() }}) as source_id,
        missing.overdue_at as event_at,
        coalesce(missing.available_at, missing.overdue_at) as available_at,
        coalesce(missing.detected_at, missing.overdue_at) as detected_at,
        {{ month_label('missing.month_number') }} as month,
        cast(null as bigint) as base_fen,
        cast(null as bigint) as previous_base_fen,
        case when missing.available_at is null then 'feed_stale' end as exit_reason,
        'medium' as severity_code,
        cast(15 as bigint) as base_score,
        coalesce(missing.delivery_id, last_told.delivery_id) as delivery_id,
        coalesce(missing.line_number, last_told.line_number) as line_number
    from missing
    inner join last_told on missing.subject_key = last_told.subject_key
),

bases as (
    select
        *,
        lag(contribution_base_fen) over (
            partition by subject_key, region_code, employer_key
            order by first_month_number, contribution_key
        ) as previous_base_fen
    from pensions
    where
        contribution_code = 'regular'
        and contribution_base_fen > 0
),

jumps as (
    select
        bases.subject_key,
        'contribution_base' as dedup_key,
        'base:' || bases.contribution_key as source_id,
        least({{ day_start("cast(bases.first_month || '-01' as date)") }}, bases.available_at) as event_at,
        bases.available_at,
        bases.detected_at,
        bases.first_month as month,
        bases.contribution_base_fen as base_fen,
        bases.previous_base_fen,
        cast(null as {{ dbt.type_string() }}) as exit_reason,
        'low' as severity_code,
        cast(8 as bigint) as base_score,
        bases.delivery_id,
        bases.line_number
    from bases
    inner join thresholds on {{ in_force("cast(bases.first_month || '-01' as date)") }}
    where
        not bases.is_of_first_list
        and abs(bases.contribution_base_fen - bases.previous_base_fen) * 1000000
        > bases.previous_base_fen * thresholds.max_base_change_ppm
        and cast(substr(bases.first_month, 6, 2) as integer) not in (
            thresholds.first_adjustment_month, thresholds.second_adjustment_month
        )
),

judged as (
    select * from stops
    union all
    select * from jumps
),

planned as (
    select distinct
        judged.subject_key,
        judged.source_id
    from judged
    inner join plans
        on judged.subject_key = plans.subject_key
        and judged.event_at >= plans.holds_from_at
        and judged.event_at < coalesce(plans.holds_until_at, {{ add_hours('judged.event_at', 1) }})
),

described as (
    select
        judged.subject_key,
        'social_insurance_payments' as feed,
        judged.dedup_key,
        judged.source_id,
        judged.event_at,
        judged.available_at,
        judged.detected_at,
        {{ json_text({
            'month': 'judged.month', 'base_fen': 'judged.base_fen',
            'previous_base_fen': 'judged.previous_base_fen',
        }) }} as evidence,
        judged.exit_reason,
        case when planned.subject_key is not null then 'declared_plan' end as suppression_reason,
        judged.severity_code,
        judged.base_score,
        judged.delivery_id,
        judged.line_number
    from judged
    left join planned
        on judged.subject_key = planned.subject_key
        and judged.source_id = planned.source_id
),

final as (
    {{ rule_rows('described', stated=['severity_code', 'base_score']) }}
)

select * from final
