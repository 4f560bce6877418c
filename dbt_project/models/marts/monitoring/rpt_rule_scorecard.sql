with

rules as (
    select * from {{ ref('int_rulebook__rules') }}
),

flags as (
    select * from {{ ref('fct_flags') }}
),

alerts as (
    select * from {{ ref('fct_alerts') }}
),

outcomes as (
    select * from {{ ref('int_alerts__outcomes') }}
),

exits as (
    select * from {{ ref('rpt_rule_exits') }}
),

precisions as (
    select * from {{ ref('int_scores__rule_precision') }}
    qualify row_number() over (partition by rule_id order by month_number desc) = 1
),

limits as (
    {{ thresholds(['prior_tp_count', 'prior_fp_count'], owner='FEEDBACK') }}
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

priors as (
    select
        thresholds.prior_tp_count,
        thresholds.prior_fp_count
    from limits as thresholds
    inner join as_of on {{ in_force(local_date('as_of.as_of_at')) }}
),

people as (
    select count(*) as people_count
    from {{ ref('stg_people') }}
),

flagged as (
    select
        rule_id,
        count(*) as flag_count,
        count(distinct subject_key) as subject_count,
        sum(case when status_code = 'suppressed' then 1 else 0 end) as suppressed_count,
        {{ median(seconds_between('event_at', 'detected_at')) }} as median_delay_seconds
    from flags
    group by rule_id
),

keyed as (
    select
        rule_id,
        subject_key,
        dedup_key,
        count(*) as flag_count
    from flags
    group by rule_id, subject_key, dedup_key
),

ranked as (
    select
        *,
        row_number() over (
            partition by rule_id
            order by flag_count desc, subject_key, dedup_key
        ) as noise_rank
    from keyed
),

noisiest as (
    select
        rule_id,
        cast({{ integer_divide(
            '1000000 * sum(case when noise_rank <= 5 then flag_count else 0 end)', 'sum(flag_count)'
        ) }} as bigint) as noisiest_keys_ppm
    from ranked
    group by rule_id
),

alerted as (
    select
        alerts.rule_id,
        count(*) as alert_count,
        sum(case when alerts.status_code = 'live' then 1 else 0 end) as live_alert_count,
        sum(case when outcomes.outcome_code = 'confirmed_misuse' then 1 else 0 end) as tp_count,
        sum(case
            when outcomes.outcome_code in ('was_me', 'family_authorised', 'institution_error') then 1
            else 0
        end) as fp_count,
        sum(case when outcomes.outcome_code = 'unreachable' then 1 else 0 end) as unreachable_count
    from alerts
    left join outcomes on alerts.alert_id = outcomes.alert_id
    group by alerts.rule_id
),

exited as (
    select
        rule_id,
        sum(row_count) as exit_count
    from exits
    group by rule_id
),

final as (
    select
        rules.rule_id,
        rules.rule_name_en,
        rules.rule_name_zh,
        rules.rule_version,
        rules.status_code,
        rules.stage_code,
        rules.severity_code,
        coalesce(flagged.flag_count, 0) as flag_count,
        cast(coalesce(flagged.suppressed_count, 0) as bigint) as suppressed_count,
        coalesce(alerted.alert_count, 0) as alert_count,
        cast(coalesce(alerted.live_alert_count, 0) as bigint) as live_alert_count,
        coalesce(flagged.subject_count, 0) as subject_count,
        people.people_count,
        {{ integer_divide('1000000 * coalesce(flagged.flag_count, 0)', 'nullif(people.people_count, 0)') }}
            as flags_per_person_ppm,
        cast(coalesce(alerted.tp_count, 0) as bigint) as tp_count,
        cast(coalesce(alerted.fp_count, 0) as bigint) as fp_count,
        cast(coalesce(alerted.unreachable_count, 0) as bigint) as unreachable_count,
        cast({{ integer_divide(
            '1000000 * (priors.prior_tp_count + coalesce(alerted.tp_count, 0))',
            'priors.prior_tp_count + priors.prior_fp_count + coalesce(alerted.tp_count, 0)'
            ~ ' + coalesce(alerted.fp_count, 0)'
        ) }} as bigint) as posterior_ppm,
        coalesce(precisions.weight_ppm, rules.confidence_ppm) as weight_ppm,
        flagged.median_delay_seconds,
        noisiest.noisiest_keys_ppm,
        cast(coalesce(exited.exit_count, 0) as bigint) as exit_count
    from rules
    cross join people
    cross join priors
    left join flagged on rules.rule_id = flagged.rule_id
    left join noisiest on rules.rule_id = noisiest.rule_id
    left join alerted on rules.rule_id = alerted.rule_id
    left join exited on rules.rule_id = exited.rule_id
    left join precisions on rules.rule_id = precisions.rule_id
)

select * from final
