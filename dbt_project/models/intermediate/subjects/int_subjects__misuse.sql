with

movements as (
    select * from {{ ref('int_subjects__movements') }}
    where is_outflow and payee_token is not null
),

feedback as (
    select * from {{ ref('stg_alert_feedback') }}
    where outcome_code <> 'unreachable'
),

rules as (
    select * from {{ ref('int_rulebook__rules') }}
    where known_thing_type = 'payee'
),

-- A later answer about the same thing ends an earlier one.
ordered as (
    select
        feedback.*,
        rules.dedup_gap_days,
        lead(feedback.noted_at) over (
            partition by feedback.subject_key, feedback.rule_id, feedback.dedup_key
            order by feedback.noted_at, feedback.feedback_id
        ) as replaced_at
    from feedback
    inner join rules on feedback.rule_id = rules.rule_id
),

confirmed as (
    select * from ordered
    where outcome_code = 'confirmed_misuse'
),

-- What went to the payee in one go, as the rule's alerts put it together, up to and after the answer.
paid as (
    select
        confirmed.feedback_id,
        confirmed.noted_at,
        confirmed.replaced_at,
        confirmed.dedup_gap_days,
        movements.movement_key,
        movements.judged_at,
        movements.business_date,
        lag(movements.business_date) over (
            partition by confirmed.feedback_id
            order by movements.judged_at, movements.movement_key
        ) as previous_date
    from confirmed
    inner join movements
        on confirmed.subject_key = movements.subject_key
        and confirmed.dedup_key = movements.payee_token
),

numbered as (
    select
        *,
        sum(case
            when {{ days_between('previous_date', 'business_date') }} <= dedup_gap_days then 0
            else 1
        end) over (
            partition by feedback_id
            order by judged_at, movement_key
            rows between unbounded preceding and current row
        ) as run_number
    from paid
),

answered as (
    select feedback_id, max(run_number) as run_number
    from numbered
    where judged_at <= noted_at
    group by feedback_id
),

final as (
    select
        numbered.movement_key,
        min(numbered.noted_at) as known_from_at,
        max(coalesce(numbered.replaced_at, cast('9999-12-31' as timestamp))) as known_until_at
    from numbered
    inner join answered
        on numbered.feedback_id = answered.feedback_id
        and numbered.run_number = answered.run_number
    group by numbered.movement_key
)

select * from final
