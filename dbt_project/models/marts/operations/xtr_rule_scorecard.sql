with

scorecard as (
    select * from {{ ref('rpt_rule_scorecard') }}
),

neighbours as (
    select * from {{ ref('rpt_rule_overlap') }}
    qualify row_number() over (
        partition by rule_id
        order by overlap_ppm desc, other_rule_id
    ) = 1
),

-- Groups of a few people say nothing of a rule, and too much of them.
slices as (
    select * from {{ ref('rpt_rule_slices') }}
    where slice_type <> 'all' and people_count >= 50
    qualify row_number() over (
        partition by rule_id
        order by flags_per_person_ppm desc, slice_type, slice_code
    ) = 1
),

final as (
    select
        scorecard.rule_id,
        scorecard.rule_name_zh,
        scorecard.rule_name_en,
        scorecard.rule_version,
        scorecard.status_code,
        scorecard.stage_code,
        scorecard.severity_code,
        scorecard.flag_count,
        scorecard.suppressed_count,
        scorecard.live_alert_count,
        scorecard.subject_count,
        scorecard.people_count,
        {{ integer_divide('scorecard.flags_per_person_ppm', 1000) }} as flags_per_thousand_count,
        scorecard.tp_count,
        scorecard.fp_count,
        scorecard.unreachable_count,
        scorecard.posterior_ppm,
        scorecard.weight_ppm,
        scorecard.median_delay_seconds,
        scorecard.noisiest_keys_ppm,
        scorecard.exit_count,
        neighbours.other_rule_id as overlapping_rule_id,
        neighbours.overlap_ppm,
        slices.slice_type as noisiest_slice_type,
        slices.slice_code as noisiest_slice_code,
        {{ integer_divide('slices.flags_per_person_ppm', 1000) }} as noisiest_slice_per_thousand_count
    from scorecard
    left join neighbours on scorecard.rule_id = neighbours.rule_id
    left join slices on scorecard.rule_id = slices.rule_id
)

select * from final
