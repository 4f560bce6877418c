with

links as (
    select * from {{ ref('fct_incident_alerts') }}
),

seen as (
    select
        incident_id,
        stage_code,
        cast(substr(stage_code, 2, 1) as bigint) as stage_number,
        min(event_at) as first_event_at
    from links
    group by incident_id, stage_code
),

final as (
    select
        incident_id,
        stage_code,
        stage_number,
        first_event_at,
        lag(stage_code) over (partition by incident_id order by stage_number) as previous_stage_code,
        {{ seconds_between(
            'lag(first_event_at) over (partition by incident_id order by stage_number)', 'first_event_at'
        ) }} as seconds_since_previous
    from seen
)

select * from final
