with

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

known as (
    select rule_thresholds.*
    from {{ ref('rule_thresholds') }} as rule_thresholds
    inner join as_of on rule_thresholds.known_from <= {{ local_date('as_of.as_of_at') }}
    qualify row_number() over (
        partition by rule_id, threshold_name, valid_from
        order by known_from desc
    ) = 1
),

changes as (
    select distinct rule_id, valid_from from known
),

periods as (
    select
        rule_id,
        valid_from,
        lead(valid_from) over (partition by rule_id order by valid_from) as valid_to
    from changes
),

-- In each period holds, by name, the value that became valid last.
final as (
    select
        periods.rule_id,
        periods.valid_from,
        periods.valid_to,
        known.threshold_name,
        known.threshold_value
    from periods
    inner join known
        on periods.rule_id = known.rule_id
        and periods.valid_from >= known.valid_from
    qualify row_number() over (
        partition by periods.rule_id, periods.valid_from, known.threshold_name
        order by known.valid_from desc
    ) = 1
)

select * from final
