{#- What an alert adds to the sum behind a score, in parts per million of a point: its points, weighed,
    halved with every half-life of its age. Whole, so that sums do not depend on the engine; the inner
    rounding hides the last bits, in which engines differ. -#}
{% macro contribution_ppm(base_score, weight_ppm, age_days, half_life_days) -%}
    cast(round(round(
        cast({{ base_score }} * {{ weight_ppm }} as double)
        * power(0.5, cast({{ age_days }} as double) / {{ half_life_days }})
    , 3)) as bigint)
{%- endmacro %}


{#- What is left of each `contribution_ppm` when the sum of a rule may be no more than twice its
    largest: the largest first, until the rest is cut off. `scope` are the columns within which the sum
    of one rule is taken, `tie_breaker` tells equal contributions apart. -#}
{% macro capped_contribution_ppm(scope, tie_breaker) -%}
    cast(greatest(least(
        contribution_ppm,
        2 * max(contribution_ppm) over (partition by {{ scope }})
        + contribution_ppm
        - sum(contribution_ppm) over (
            partition by {{ scope }}
            order by contribution_ppm desc, {{ tie_breaker }}
            rows between unbounded preceding and current row
        )
    ), 0) as bigint)
{%- endmacro %}


{#- The score, 0 to 100, of a sum of contributions: every `scale_points` take a share of 63 % of what
    is left. -#}
{% macro score_of(contribution_ppm, scale_points) -%}
    cast(round(round(
        100 * (1 - exp(
            -0.000001 * cast({{ contribution_ppm }} as double) * power(cast({{ scale_points }} as double), -1)
        ))
    , 6)) as bigint)
{%- endmacro %}


{% macro band_of(score) -%}
    case
        when {{ score }} >= thresholds.urgent_from then 'urgent'
        when {{ score }} >= thresholds.warning_from then 'warning'
        when {{ score }} >= thresholds.notice_from then 'notice'
        else 'watch'
    end
{%- endmacro %}
