with

flags as (
    select * from {{ ref('fct_flags') }}
    where status_code = 'suppressed'
),

suppressions as (
    select * from {{ ref('int_alerts__suppressions') }}
),

answers as (
    select * from {{ ref('stg_alert_feedback') }}
    where outcome_code = 'confirmed_misuse'
),

alert_flags as (
    select * from {{ ref('fct_alert_flags') }}
),

cases as (
    select * from {{ ref('stg_cases') }}
    where outcome_code = 'confirmed_misuse'
),

-- What was hidden and later turned out to be misuse: by an answer about the same thing, or by a case.
harmed as (
    select flags.flag_id
    from flags
    inner join answers
        on flags.subject_key = answers.subject_key
        and flags.rule_id = answers.rule_id
        and flags.dedup_key = answers.dedup_key
        and flags.event_at <= answers.noted_at
    union
    select alert_flags.flag_id
    from alert_flags
    inner join cases on alert_flags.alert_id = cases.alert_id
),

hidden as (
    select
        flags.*,
        coalesce(flags.amount_fen, 0) as hidden_fen,
        coalesce(suppressions.source_code, 'rule') as source_code,
        suppressions.author_id,
        suppressions.created_at,
        suppressions.expires_at,
        case when harmed.flag_id is null then 0 else 1 end as harm
    from flags
    left join suppressions
        on flags.suppression_id = suppressions.suppression_id
        and flags.rule_id = suppressions.rule_id
    left join harmed on flags.flag_id = harmed.flag_id
),

final as (
    select
        rule_id,
        source_code,
        suppression_reason as reason_code,
        suppression_id,
        author_id,
        created_at,
        expires_at,
        count(*) as flag_count,
        count(distinct subject_key) as subject_count,
        cast(sum(base_score) as bigint) as base_score,
        cast(sum(hidden_fen) as bigint) as amount_fen,
        min(event_at) as first_event_at,
        max(event_at) as last_event_at,
        cast(sum(harm) as bigint) as harm_flag_count,
        cast(sum(case when harm = 1 then hidden_fen else 0 end) as bigint) as harm_amount_fen
    from hidden
    group by
        rule_id, source_code, suppression_reason, suppression_id, author_id, created_at, expires_at
)

select * from final
