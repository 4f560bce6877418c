with

terms as (
    select * from {{ ref('int_scores__terms') }}
),

final as (
    select
        subject_key,
        alert_id,
        rule_id,
        feed,
        base_score,
        precision_ppm,
        age_days,
        contribution_ppm,
        capped_contribution_ppm,
        row_number() over (
            partition by subject_key
            order by capped_contribution_ppm desc, contribution_ppm desc, alert_id
        ) as term_rank
    from terms
)

select * from final
