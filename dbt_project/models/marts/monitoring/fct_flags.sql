with

flags as (
    select * from {{ ref('int_alerts__flags') }}
    where exit_reason is null
),

rules as (
    select * from {{ ref('int_rulebook__rules') }}
),

suppressions as (
    select * from {{ ref('int_alerts__suppressions') }}
),

-- An answer silences what becomes known after it, until it expires; the last answer is the one shown.
answered as (
    select
        flags.flag_id,
        max_by(
            suppressions.reason_code,
            {{ timestamp_text('suppressions.created_at') }} || suppressions.suppression_id
        ) as reason_code,
        max_by(
            suppressions.suppression_id,
            {{ timestamp_text('suppressions.created_at') }} || suppressions.suppression_id
        ) as suppression_id
    from flags
    inner join suppressions
        on flags.subject_key = suppressions.subject_key
        and flags.rule_id = suppressions.rule_id
        and flags.dedup_key = coalesce(suppressions.dedup_key, flags.dedup_key)
        and flags.available_at >= suppressions.created_at
        and flags.event_at < suppressions.expires_at
    group by flags.flag_id
),

final as (
    select
        flags.flag_id,
        flags.rule_id,
        flags.rule_version,
        flags.subject_key,
        flags.feed,
        flags.stage_code,
        flags.event_at,
        flags.available_at,
        flags.detected_at,
        flags.dedup_key,
        flags.severity_code,
        flags.base_score,
        flags.confidence_ppm,
        flags.evidence,
        case
            when rules.status_code = 'deprecated' then 'deprecated'
            when coalesce(answered.reason_code, flags.suppression_reason) is not null then 'suppressed'
            else rules.status_code
        end as status_code,
        case
            when rules.status_code <> 'deprecated'
                then coalesce(answered.reason_code, flags.suppression_reason)
        end as suppression_reason,
        case when rules.status_code <> 'deprecated' then answered.suppression_id end as suppression_id,
        flags.institution_group,
        flags.amount_fen,
        flags.place_name,
        flags.channel_code,
        flags.delivery_id,
        flags.line_number,
        flags.business_date
    from flags
    inner join rules on flags.rule_id = rules.rule_id
    left join answered on flags.flag_id = answered.flag_id
)

select * from final
