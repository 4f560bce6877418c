with

links as (
    select * from {{ ref('fct_incident_alerts') }}
),

alerts as (
    select * from {{ ref('int_incidents__alerts') }}
),

terms as (
    select * from {{ ref('fct_score_terms') }}
),

weights as (
    select * from {{ ref('int_scores__rule_precision') }}
    qualify row_number() over (partition by rule_id order by month_number desc) = 1
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
    where as_of_at is not null
),

limits as (
    select thresholds.scale_points
    from ({{ thresholds(['scale_points'], owner='SCORE') }}) as thresholds
    inner join as_of on {{ in_force(local_date('as_of.as_of_at')) }}
),

capped as (
    select
        links.incident_id,
        terms.contribution_ppm as uncapped_ppm,
        {{ capped_contribution_ppm('links.incident_id, links.rule_id', 'links.alert_id') }}
            as capped_contribution_ppm
    from links
    inner join terms on links.alert_id = terms.alert_id
),

summed as (
    select
        incident_id,
        sum(capped_contribution_ppm) as contribution_ppm
    from capped
    group by incident_id
),

-- Alerts of one rule say the same thing again; rules count as independent of each other.
rules as (
    select
        links.incident_id,
        links.rule_id,
        max(least(coalesce(weights.weight_ppm, alerts.confidence_ppm), 999999)) as weight_ppm
    from links
    inner join alerts on links.alert_id = alerts.alert_id
    left join weights on links.rule_id = weights.rule_id
    group by links.incident_id, links.rule_id
),

doubts as (
    select
        incident_id,
        exp(sum(ln(0.000001 * cast(1000000 - weight_ppm as double)))) as doubt
    from rules
    group by incident_id
),

confidences as (
    select
        incident_id,
        cast(round(round(1000000 * (1 - doubt), 3)) as bigint) as confidence_ppm
    from doubts
),

final as (
    select
        confidences.incident_id,
        confidences.confidence_ppm,
        {{ score_of('coalesce(summed.contribution_ppm, 0)', 'limits.scale_points') }} as score
    from confidences
    cross join limits
    left join summed on confidences.incident_id = summed.incident_id
)

select * from final
