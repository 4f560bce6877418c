with

feedback as (
    select * from {{ ref('stg_alert_feedback') }}
),

orders as (
    select * from {{ ref('stg_alert_suppressions') }}
),

rules as (
    select * from {{ ref('int_rulebook__rules') }}
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

answered as (
    select
        feedback_id as suppression_id,
        'feedback' as source_code,
        feedback_id,
        subject_key,
        rule_id,
        dedup_key,
        outcome_code as reason_code,
        author_id,
        noted_at as created_at,
        expires_at,
        replaced_at
    from ordered
    where outcome_code in ('was_me', 'family_authorised')
),

-- What is ordered for a family of rules holds for each of them.
ordered_by_operations as (
    select
        orders.suppression_id,
        'operations' as source_code,
        orders.feedback_id,
        orders.subject_key,
        rules.rule_id,
        orders.dedup_key,
        orders.reason_code,
        orders.author_id,
        orders.created_at,
        orders.expires_at,
        cast(null as timestamp) as replaced_at
    from orders
    inner join rules
        on orders.rule_pattern = rules.rule_id
        or rules.rule_id like orders.rule_pattern || '-%'
),

all_of_them as (
    select * from answered
    union all
    select * from ordered_by_operations
),

limited as (
    select
        all_of_them.*,
        {{ add_hours('all_of_them.created_at', '24 * thresholds.max_days') }} as latest_end_at
    from all_of_them
    inner join thresholds on {{ in_force(local_date('all_of_them.created_at')) }}
),

final as (
    select
        suppression_id,
        source_code,
        feedback_id,
        subject_key,
        rule_id,
        dedup_key,
        reason_code,
        author_id,
        created_at,
        least(
            latest_end_at,
            coalesce(expires_at, latest_end_at),
            coalesce(replaced_at, latest_end_at)
        ) as expires_at
    from limited
)

select * from final
