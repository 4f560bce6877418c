with

feedback as (
    select * from {{ ref('stg_alert_feedback') }}
),

thresholds as (
    {{ thresholds(['max_days'], owner='SUPPRESSION') }}
),

-- A later answer about the same thing ends an earlier one.
ordered as (
    select
        feedback.*,
        lead(noted_at) over (
            partition by subject_key, rule_id, dedup_key
            order by noted_at, feedback_id
        ) as replaced_at
    from feedback
),

limited as (
    select
        ordered.*,
        {{ add_hours('ordered.noted_at', '24 * thresholds.max_days') }} as latest_end_at
    from ordered
    inner join thresholds on {{ in_force(local_date('ordered.noted_at')) }}
    where ordered.outcome_code in ('was_me', 'family_authorised')
),

final as (
    select
        feedback_id,
        subject_key,
        rule_id,
        dedup_key,
        outcome_code as reason_code,
        author_id,
        noted_at as created_at,
        least(
            latest_end_at,
            coalesce(expires_at, latest_end_at),
            coalesce(replaced_at, latest_end_at)
        ) as expires_at
    from limited
)

select * from final
