with

rules as (
    select * from {{ ref('int_rulebook__rules') }}
),

final as (
    select
        rule_id,
        rule_version,
        status_code,
        rule_name_zh,
        rule_name_en,
        severity_code,
        stage_code,
        base_score,
        confidence_ppm,
        dedup_gap_days,
        response
    from rules
)

select * from final
