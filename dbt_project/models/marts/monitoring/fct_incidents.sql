with

incidents as (
    select * from {{ ref('int_incidents__openings') }}
),

links as (
    select * from {{ ref('fct_incident_alerts') }}
),

stages as (
    select * from {{ ref('int_incidents__stages') }}
),

missing as (
    select * from {{ ref('int_incidents__missing_stages') }}
),

profiles as (
    select * from {{ ref('int_incidents__profiles') }}
),

scores as (
    select * from {{ ref('int_incidents__current_scores') }}
),

cases as (
    select * from {{ ref('fct_case_lifecycle') }}
    qualify row_number() over (partition by incident_id order by opened_at desc, case_id desc) = 1
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

score_limits as (
    {{ thresholds(['notice_from', 'warning_from', 'urgent_from'], owner='SCORE') }}
),

thresholds as (
    select
        notice_from,
        warning_from,
        urgent_from
    from score_limits as thresholds
    inner join as_of on {{ in_force(local_date('as_of.as_of_at')) }}
),

counted as (
    select
        incident_id,
        count(*) as alert_count
    from links
    group by incident_id
),

timed as (
    select
        *,
        case
            when seconds_since_previous < 0
                then -{{ integer_divide('-seconds_since_previous', 60) }}
            else {{ integer_divide('seconds_since_previous', 60) }}
        end as minutes_since_previous
    from stages
),

chains as (
    select
        incident_id,
        min_by(stage_code, stage_number) as first_stage_code,
        max_by(stage_code, stage_number) as last_stage_code,
        {{ ordered_list_text('stage_code', 'stage_number') }} as stages_seen,
        {{ json_of_stages(
            "'\"' || previous_stage_code || '-' || stage_code || '\":' || cast(minutes_since_previous as "
            ~ dbt.type_string() ~ ')'
        ) }} as minutes_between_stages
    from timed
    group by incident_id
),

gaps as (
    select
        incident_id,
        {{ json_of_stages("'\"' || stage_code || '\":\"' || reason_code || '\"'") }} as missing_stages
    from missing
    group by incident_id
),

final as (
    select
        incidents.incident_id,
        incidents.subject_key,
        incidents.institution_group,
        incidents.open_reason_code,
        incidents.opening_alert_id,
        incidents.opened_at,
        incidents.detected_at,
        incidents.status_code,
        incidents.closed_at,
        incidents.close_reason_code,
        chains.first_stage_code,
        chains.last_stage_code,
        chains.stages_seen,
        coalesce(gaps.missing_stages, '{}') as missing_stages,
        incidents.first_event_at,
        incidents.last_event_at,
        chains.minutes_between_stages,
        profiles.places,
        profiles.channels,
        profiles.institutions,
        profiles.hours,
        coalesce(profiles.amount_at_risk_fen, 0) as amount_at_risk_fen,
        scores.confidence_ppm,
        counted.alert_count,
        scores.score,
        {{ band_of('scores.score') }} as band_code,
        cases.last_step_code as response_code,
        cases.case_id
    from incidents
    inner join counted on incidents.incident_id = counted.incident_id
    inner join chains on incidents.incident_id = chains.incident_id
    inner join scores on incidents.incident_id = scores.incident_id
    cross join thresholds
    left join gaps on incidents.incident_id = gaps.incident_id
    left join profiles on incidents.incident_id = profiles.incident_id
    left join cases on incidents.incident_id = cases.incident_id
)

select * from final
