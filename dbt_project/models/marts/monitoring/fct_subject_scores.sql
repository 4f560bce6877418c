with

terms as (
    select * from {{ ref('fct_score_terms') }}
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
),

thresholds as (
    {{ thresholds(['scale_points', 'notice_from', 'warning_from', 'urgent_from'], owner='SCORE') }}
),

told as (
    select
        *,
        {{ json_text({
            'rule_id': 'rule_id', 'alert_id': 'alert_id', 'base_score': 'base_score',
            'precision_ppm': 'precision_ppm', 'age_days': 'age_days',
            'contribution_ppm': 'capped_contribution_ppm',
        }) }} as term
    from terms
),

summed as (
    select
        subject_key,
        cast(sum(capped_contribution_ppm) as bigint) as contribution_ppm,
        count(distinct feed) as feed_count,
        count(*) as term_count,
        '[' || max(case when term_rank = 1 then term end)
        {%- for rank in range(2, 6) %}
        || coalesce(',' || max(case when term_rank = {{ rank }} then term end), '')
        {%- endfor %}
        || ']' as top_terms
    from told
    group by subject_key
),

scored as (
    select
        summed.*,
        as_of.as_of_at,
        {{ score_of('summed.contribution_ppm', 'thresholds.scale_points') }} as score,
        thresholds.notice_from,
        thresholds.warning_from,
        thresholds.urgent_from
    from summed
    cross join as_of
    inner join thresholds on {{ in_force(local_date('as_of.as_of_at')) }}
),

final as (
    select
        thresholds.subject_key,
        thresholds.score,
        {{ band_of('thresholds.score') }} as band_code,
        thresholds.contribution_ppm,
        thresholds.top_terms,
        thresholds.term_count,
        thresholds.feed_count,
        thresholds.as_of_at
    from scored as thresholds
)

select * from final
