with

alerts as (
    select * from {{ ref('int_incidents__alerts') }}
),

grounds as (
    select * from {{ ref('int_incidents__grounds') }}
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

opened as (
    select * from grounds
    qualify row_number() over (
        partition by story_id
        order by grounds_at, reason_rank, alert_id
    ) = 1
),

stories as (
    select
        story_id,
        subject_key,
        institution_group,
        min(first_event_at) as first_event_at,
        max(last_event_at) as last_event_at,
        max(quiet_until_at) as quiet_until_at,
        case when count(*) = count(ended_at) then max(ended_at) end as settled_at
    from alerts
    group by story_id, subject_key, institution_group
),

timed as (
    select
        stories.*,
        opened.alert_id as opening_alert_id,
        opened.reason_code as open_reason_code,
        opened.grounds_at as opened_at,
        opening_alerts.detected_at,
        case when stories.settled_at <= as_of.as_of_at then stories.settled_at end as outcome_at,
        case when stories.quiet_until_at < as_of.as_of_at then stories.quiet_until_at end as quiet_at
    from stories
    inner join opened on stories.story_id = opened.story_id
    inner join alerts as opening_alerts on opened.alert_id = opening_alerts.alert_id
    cross join as_of
),

final as (
    select
        story_id as incident_id,
        subject_key,
        institution_group,
        open_reason_code,
        opening_alert_id,
        opened_at,
        detected_at,
        first_event_at,
        last_event_at,
        case when outcome_at is null and quiet_at is null then 'open' else 'closed' end as status_code,
        least(coalesce(outcome_at, quiet_at), coalesce(quiet_at, outcome_at)) as closed_at,
        case
            when outcome_at <= coalesce(quiet_at, outcome_at) then 'outcome'
            when quiet_at is not null then 'quiet'
        end as close_reason_code
    from timed
)

select * from final
