with

flags as (
    select * from {{ ref('fct_flags') }}
    where status_code <> 'deprecated'
),

rules as (
    select * from {{ ref('int_rulebook__rules') }}
),

deliveries as (
    select * from {{ source('exports', 'delivered_alerts') }}
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

-- Every flag counts towards the episode whatever silences it: an answer changes what is shown, not
-- where an episode begins.
preceded as (
    select
        flags.*,
        split_part(flags.rule_version, '.', 1) as major_version,
        24 * rules.dedup_gap_days as gap_hours,
        lag(flags.event_at) over (
            partition by flags.rule_id, flags.subject_key, flags.dedup_key
            order by flags.event_at, flags.flag_id
        ) as previous_event_at
    from flags
    inner join rules on flags.rule_id = rules.rule_id
),

numbered as (
    select
        *,
        sum(case
            when event_at <= {{ add_hours('previous_event_at', 'gap_hours') }} then 0
            else 1
        end) over (
            partition by rule_id, subject_key, dedup_key
            order by event_at, flag_id
            rows between unbounded preceding and current row
        ) as episode_number
    from preceded
),

episodes as (
    select
        rule_id,
        subject_key,
        dedup_key,
        episode_number,
        min(event_at) as episode_started_at,
        max(event_at) as episode_ended_at,
        count(*) as flag_count,
        max(base_score) as base_score,
        max(confidence_ppm) as confidence_ppm,
        min(available_at) as first_available_at,
        min(detected_at) as first_detected_at,
        max({{ severity_rank('severity_code') }}) as severity_rank,
        min(case status_code
            when 'live' then 1
            when 'shadow' then 2
            when 'experimental' then 3
            else 4
        end) as status_rank
    from numbered
    group by rule_id, subject_key, dedup_key, episode_number
),

first_flags as (
    select * from numbered
    qualify row_number() over (
        partition by rule_id, subject_key, dedup_key, episode_number
        order by event_at, flag_id
    ) = 1
),

-- What was handed over after the instant for which this run answers is not known to it.
delivered as (
    select
        deliveries.alert_id,
        min(deliveries.delivered_at) as delivered_at
    from deliveries
    cross join as_of
    where deliveries.delivered_at <= as_of.as_of_at or as_of.as_of_at is null
    group by deliveries.alert_id
),

identified as (
    select
        {{ stable_id([
            'first_flags.rule_id', 'first_flags.major_version', 'first_flags.subject_key',
            'first_flags.dedup_key', timestamp_text('episodes.episode_started_at'),
        ]) }} as alert_id,
        first_flags.rule_id,
        first_flags.rule_version,
        first_flags.subject_key,
        first_flags.dedup_key,
        first_flags.feed,
        first_flags.stage_code,
        {{ severity_of_rank('episodes.severity_rank') }} as severity_code,
        case episodes.status_rank
            when 1 then 'live'
            when 2 then 'shadow'
            when 3 then 'experimental'
            else 'suppressed'
        end as status_code,
        episodes.episode_started_at,
        episodes.episode_ended_at,
        episodes.flag_count,
        episodes.base_score,
        episodes.confidence_ppm,
        episodes.first_available_at,
        episodes.first_detected_at,
        first_flags.evidence,
        first_flags.delivery_id,
        first_flags.line_number
    from first_flags
    inner join episodes
        on first_flags.rule_id = episodes.rule_id
        and first_flags.subject_key = episodes.subject_key
        and first_flags.dedup_key = episodes.dedup_key
        and first_flags.episode_number = episodes.episode_number
),

final as (
    select
        identified.*,
        delivered.delivered_at
    from identified
    left join delivered on identified.alert_id = delivered.alert_id
)

select * from final
