with

alerts as (
    select
        *,
        coalesce(institution_group, '') as group_key,
        cast(substr(stage_code, 2, 1) as bigint) as stage_number
    from {{ ref('int_scores__live_alerts') }}
    where stage_code like 'S_'
),

cases as (
    select * from {{ ref('stg_cases') }}
    where closed_at is not null
),

thresholds as (
    {{ thresholds(['quiet_days'], owner='INCIDENT') }}
),

preceded as (
    select
        alerts.*,
        24 * thresholds.quiet_days as quiet_hours,
        max(alerts.last_event_at) over (
            partition by alerts.subject_key, alerts.group_key
            order by alerts.first_event_at, alerts.alert_id
            rows between unbounded preceding and 1 preceding
        ) as quiet_since
    from alerts
    inner join thresholds on {{ in_force(local_date('alerts.first_event_at')) }}
),

numbered as (
    select
        *,
        sum(case when first_event_at <= {{ add_hours('quiet_since', 'quiet_hours') }} then 0 else 1 end) over (
            partition by subject_key, group_key
            order by first_event_at, alert_id
            rows between unbounded preceding and current row
        ) as session_number
    from preceded
),

-- A closed case ends whatever its story had told by then.
closings as (
    select distinct
        numbered.subject_key,
        numbered.group_key,
        numbered.session_number,
        cases.closed_at
    from numbered
    inner join cases on numbered.alert_id = cases.alert_id
),

case_ends as (
    select
        numbered.alert_id,
        min(closings.closed_at) as case_closed_at
    from numbered
    inner join closings
        on numbered.subject_key = closings.subject_key
        and numbered.group_key = closings.group_key
        and numbered.session_number = closings.session_number
        and numbered.first_event_at <= closings.closed_at
    group by numbered.alert_id
),

ended as (
    select
        numbered.*,
        least(
            coalesce(numbered.cleared_at, case_ends.case_closed_at),
            coalesce(case_ends.case_closed_at, numbered.cleared_at)
        ) as ended_at
    from numbered
    left join case_ends on numbered.alert_id = case_ends.alert_id
),

-- What happens after everything before it was settled begins another story.
settled as (
    select
        *,
        max(coalesce(ended_at, timestamp '9999-12-31 00:00:00')) over (
            partition by subject_key, group_key, session_number
            order by first_event_at, alert_id
            rows between unbounded preceding and 1 preceding
        ) as settled_at
    from ended
),

renumbered as (
    select
        *,
        sum(case when settled_at < first_event_at then 1 else 0 end) over (
            partition by subject_key, group_key, session_number
            order by first_event_at, alert_id
            rows between unbounded preceding and current row
        ) as story_number
    from settled
),

begun as (
    select
        *,
        min(first_event_at) over (
            partition by subject_key, group_key, session_number, story_number
        ) as story_began_at
    from renumbered
),

final as (
    select
        alert_id,
        {{ stable_id(["'incident'", 'subject_key', 'group_key', timestamp_text('story_began_at')]) }}
            as story_id,
        rule_id,
        subject_key,
        institution_group,
        feed,
        stage_code,
        stage_number,
        base_score,
        confidence_ppm,
        first_event_at,
        last_event_at,
        critical_at,
        detected_at,
        {{ add_hours('last_event_at', 'quiet_hours') }} as quiet_until_at,
        ended_at
    from begun
)

select * from final
