with

alerts as (
    select * from {{ ref('fct_alerts') }}
    where status_code = 'live'
),

rules as (
    select * from {{ ref('int_rulebook__rules') }}
),

answers as (
    select * from {{ ref('stg_alert_feedback') }}
),

-- The last answer given about the same thing since the episode began.
answered as (
    select
        alerts.alert_id,
        answers.outcome_code,
        answers.noted_at
    from alerts
    inner join answers
        on alerts.subject_key = answers.subject_key
        and alerts.rule_id = answers.rule_id
        and alerts.dedup_key = answers.dedup_key
        and alerts.episode_started_at <= answers.noted_at
        and alerts.alert_id = coalesce(answers.alert_id, alerts.alert_id)
    qualify row_number() over (
        partition by alerts.alert_id
        order by answers.noted_at desc, answers.feedback_id desc
    ) = 1
),

final as (
    select
        alerts.alert_id,
        alerts.subject_key,
        alerts.rule_id,
        alerts.rule_version,
        rules.rule_name_zh,
        rules.rule_name_en,
        alerts.severity_code,
        alerts.stage_code,
        alerts.base_score,
        alerts.confidence_ppm,
        alerts.feed,
        alerts.dedup_key,
        {{ timestamp_text(local_timestamp('alerts.episode_started_at')) }} as episode_started_shanghai,
        {{ timestamp_text(local_timestamp('alerts.episode_ended_at')) }} as episode_ended_shanghai,
        alerts.episode_started_at,
        alerts.episode_ended_at,
        alerts.flag_count,
        alerts.first_available_at,
        alerts.first_detected_at,
        alerts.evidence,
        rules.user_text_zh,
        rules.user_text_en,
        rules.response,
        answered.outcome_code,
        answered.noted_at,
        alerts.delivery_id,
        alerts.line_number
    from alerts
    inner join rules on alerts.rule_id = rules.rule_id
    left join answered on alerts.alert_id = answered.alert_id
)

select * from final
