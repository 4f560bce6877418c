with

alerts as (
    select * from {{ ref('int_incidents__alerts') }}
),

scores as (
    select * from {{ ref('int_incidents__scores') }}
),

score_limits as (
    {{ thresholds(['warning_from'], owner='SCORE') }}
),

limits as (
    {{ thresholds(
        ['min_feeds', 'chain_days', 'probe_days'], owner='INCIDENT'
    ) }}
),

bounded as (
    select
        alerts.*,
        24 * thresholds.chain_days as chain_hours,
        24 * thresholds.probe_days as probe_hours,
        coalesce(alerts.ended_at, timestamp '9999-12-31 00:00:00') as open_until_at
    from alerts
    inner join limits as thresholds on {{ in_force(local_date('alerts.first_event_at')) }}
),

critical as (
    select
        story_id,
        alert_id,
        'critical_flag' as reason_code,
        1 as reason_rank,
        critical_at as grounds_at
    from bounded
    where critical_at < open_until_at
),

high_scores as (
    select
        scores.story_id,
        scores.alert_id,
        'score_two_feeds' as reason_code,
        4 as reason_rank,
        scores.scored_at as grounds_at
    from scores
    inner join score_limits as thresholds on {{ in_force(local_date('scores.scored_at')) }}
    inner join limits on
        {{ in_force(local_date('scores.scored_at')) | replace('thresholds.', 'limits.') }}
    where scores.score >= thresholds.warning_from and scores.feed_count >= limits.min_feeds
),

-- Of the first of three stages only the latest matters: it is the nearest to the third.
second_stages as (
    select
        bounded.alert_id,
        max(earlier.first_event_at) as chain_began_at
    from bounded
    inner join bounded as earlier
        on bounded.subject_key = earlier.subject_key
        and bounded.stage_number > earlier.stage_number
        and bounded.first_event_at >= earlier.first_event_at
        and bounded.first_event_at < earlier.open_until_at
    group by bounded.alert_id
),

three_stages as (
    select distinct
        bounded.story_id,
        bounded.alert_id,
        'three_stages' as reason_code,
        3 as reason_rank,
        bounded.first_event_at as grounds_at
    from bounded
    inner join bounded as second
        on bounded.subject_key = second.subject_key
        and bounded.stage_number > second.stage_number
        and bounded.first_event_at >= second.first_event_at
        and bounded.first_event_at < second.open_until_at
    inner join second_stages
        on second.alert_id = second_stages.alert_id
        and bounded.first_event_at <= {{ add_hours('second_stages.chain_began_at', 'bounded.chain_hours') }}
),

probes as (
    select distinct
        bounded.story_id,
        bounded.alert_id,
        'probe_then_act' as reason_code,
        2 as reason_rank,
        bounded.first_event_at as grounds_at
    from bounded
    inner join bounded as probe
        on bounded.subject_key = probe.subject_key
        and bounded.institution_group = probe.institution_group
        and bounded.first_event_at >= probe.first_event_at
        and bounded.first_event_at < probe.open_until_at
        and bounded.first_event_at <= {{ add_hours('probe.first_event_at', 'bounded.probe_hours') }}
    where bounded.stage_code in ('S4', 'S5') and probe.stage_code = 'S2'
),

final as (
    select * from critical
    union all
    select * from probes
    union all
    select * from three_stages
    union all
    select * from high_scores
)

select * from final
