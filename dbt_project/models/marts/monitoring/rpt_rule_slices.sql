with

people as (
    select * from {{ ref('stg_people') }}
),

flags as (
    select * from {{ ref('fct_flags') }}
    where status_code <> 'deprecated'
),

alerts as (
    select * from {{ ref('fct_alerts') }}
),

outcomes as (
    select * from {{ ref('int_alerts__outcomes') }}
),

slices as (
    select subject_key, 'all' as slice_type, 'all' as slice_code from people
    union all
    select subject_key, 'age_group' as slice_type, coalesce(age_group_code, 'unknown') as slice_code
    from people
    union all
    select subject_key, 'region' as slice_type, region_code as slice_code from people
),

sized as (
    select
        slice_type,
        slice_code,
        count(*) as people_count
    from slices
    group by slice_type, slice_code
),

flagged as (
    select
        flags.rule_id,
        slices.slice_type,
        slices.slice_code,
        count(*) as flag_count,
        count(distinct flags.subject_key) as subject_count
    from flags
    inner join slices on flags.subject_key = slices.subject_key
    group by flags.rule_id, slices.slice_type, slices.slice_code
),

answered as (
    select
        alerts.rule_id,
        slices.slice_type,
        slices.slice_code,
        count(*) as alert_count,
        sum(case when outcomes.outcome_code = 'confirmed_misuse' then 1 else 0 end) as tp_count,
        sum(case
            when outcomes.outcome_code in ('was_me', 'family_authorised', 'institution_error') then 1
            else 0
        end) as fp_count
    from alerts
    inner join slices on alerts.subject_key = slices.subject_key
    left join outcomes on alerts.alert_id = outcomes.alert_id
    group by alerts.rule_id, slices.slice_type, slices.slice_code
),

-- A slice without a flag stands beside the others with nothing: that is how it differs.
rules as (
    select distinct rule_id from flagged
),

final as (
    select
        rules.rule_id,
        sized.slice_type,
        sized.slice_code,
        sized.people_count,
        coalesce(flagged.subject_count, 0) as subject_count,
        coalesce(flagged.flag_count, 0) as flag_count,
        {{ integer_divide('1000000 * coalesce(flagged.flag_count, 0)', 'sized.people_count') }}
            as flags_per_person_ppm,
        coalesce(answered.alert_count, 0) as alert_count,
        cast(coalesce(answered.tp_count, 0) as bigint) as tp_count,
        cast(coalesce(answered.fp_count, 0) as bigint) as fp_count,
        cast({{ integer_divide(
            '1000000 * coalesce(answered.fp_count, 0)',
            'nullif(coalesce(answered.tp_count, 0) + coalesce(answered.fp_count, 0), 0)'
        ) }} as bigint) as false_alarm_ppm
    from rules
    cross join sized
    left join flagged
        on rules.rule_id = flagged.rule_id
        and sized.slice_type = flagged.slice_type
        and sized.slice_code = flagged.slice_code
    left join answered
        on rules.rule_id = answered.rule_id
        and sized.slice_type = answered.slice_type
        and sized.slice_code = answered.slice_code
)

select * from final
