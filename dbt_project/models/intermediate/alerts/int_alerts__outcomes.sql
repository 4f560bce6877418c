with

alerts as (
    select * from {{ ref('fct_alerts') }}
),

answers as (
    select * from {{ ref('stg_alert_feedback') }}
),

-- An answer is about the episodes of its thing that had begun; about one of them if it names it.
matched as (
    select
        alerts.alert_id,
        answers.feedback_id,
        answers.outcome_code,
        answers.noted_at
    from alerts
    inner join answers
        on alerts.subject_key = answers.subject_key
        and alerts.rule_id = answers.rule_id
        and alerts.dedup_key = answers.dedup_key
        and alerts.episode_started_at <= answers.noted_at
        and alerts.alert_id = coalesce(answers.alert_id, alerts.alert_id)
),

final as (
    select
        alert_id,
        feedback_id,
        outcome_code,
        noted_at,
        case
            when outcome_code in ('was_me', 'family_authorised', 'institution_error') then noted_at
        end as cleared_at
    from matched
    qualify row_number() over (
        partition by alert_id
        order by noted_at desc, feedback_id desc
    ) = 1
)

select * from final
