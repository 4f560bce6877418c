with recursive

rules as (
    select * from {{ ref('int_rulebook__rules') }}
),

answers as (
    select * from {{ ref('stg_alert_feedback') }}
),

as_of as (
    select
        as_of_at,
        {{ month_number(month_text(local_date('as_of_at'))) }} as month_number
    from {{ ref('int_service__as_of') }}
    where as_of_at is not null
),

limits as (
    select
        thresholds.prior_tp_count,
        thresholds.prior_fp_count,
        thresholds.max_move_ppm
    from ({{ thresholds(['prior_tp_count', 'prior_fp_count', 'max_move_ppm'], owner='FEEDBACK') }})
        as thresholds
    inner join as_of on {{ in_force(local_date('as_of.as_of_at')) }}
),

-- Of several answers about one thing the last one counts, from when it is given.
replaced as (
    select
        rule_id,
        outcome_code,
        noted_at,
        lead(noted_at) over (
            partition by subject_key, rule_id, dedup_key, alert_id
            order by noted_at, feedback_id
        ) as replaced_at
    from answers
),

changes as (
    select
        rule_id,
        {{ month_number(month_text(local_date('noted_at'))) }} as month_number,
        case when outcome_code = 'confirmed_misuse' then 1 else 0 end as tp_change,
        case
            when outcome_code in ('was_me', 'family_authorised', 'institution_error') then 1
            else 0
        end as fp_change
    from replaced
    union all
    select
        rule_id,
        {{ month_number(month_text(local_date('replaced_at'))) }} as month_number,
        case when outcome_code = 'confirmed_misuse' then -1 else 0 end as tp_change,
        case
            when outcome_code in ('was_me', 'family_authorised', 'institution_error') then -1
            else 0
        end as fp_change
    from replaced
    where replaced_at is not null
),

first_month as (
    select
        greatest(
            least(coalesce(min(changes.month_number), max(as_of.month_number)), max(as_of.month_number)),
            max(as_of.month_number) - 99
        ) as month_number
    from as_of
    left join changes on as_of.month_number >= changes.month_number
),

digits as (
    {%- for digit in range(10) %}
    select {{ digit }} as digit
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- At most a hundred months: weights forget where they began much sooner.
months as (
    select first_month.month_number + 10 * tens.digit + ones.digit as month_number
    from first_month
    cross join digits as tens
    cross join digits as ones
    cross join as_of
    where first_month.month_number + 10 * tens.digit + ones.digit <= as_of.month_number
),

-- A month's weight stands on the answers of the months before it, and so is firm when it begins.
counted as (
    select
        rules.rule_id,
        rules.confidence_ppm,
        months.month_number,
        cast(coalesce(sum(changes.tp_change), 0) as bigint) as tp_count,
        cast(coalesce(sum(changes.fp_change), 0) as bigint) as fp_count
    from rules
    cross join months
    left join changes
        on rules.rule_id = changes.rule_id
        and months.month_number > changes.month_number
    group by rules.rule_id, rules.confidence_ppm, months.month_number
),

posteriors as (
    select
        counted.*,
        limits.max_move_ppm,
        {{ integer_divide(
            '1000000 * (limits.prior_tp_count + counted.tp_count)',
            'limits.prior_tp_count + counted.tp_count + limits.prior_fp_count + counted.fp_count'
        ) }} as posterior_ppm
    from counted
    cross join limits
),

weights as (
    select
        posteriors.rule_id,
        posteriors.month_number,
        posteriors.tp_count,
        posteriors.fp_count,
        posteriors.posterior_ppm,
        posteriors.confidence_ppm as weight_ppm
    from posteriors
    inner join first_month on posteriors.month_number = first_month.month_number
    union all
    select
        posteriors.rule_id,
        posteriors.month_number,
        posteriors.tp_count,
        posteriors.fp_count,
        posteriors.posterior_ppm,
        case
            when posteriors.tp_count + posteriors.fp_count = 0 then weights.weight_ppm
            else greatest(
                least(
                    posteriors.posterior_ppm,
                    {{ integer_divide(
                        'weights.weight_ppm * (1000000 + posteriors.max_move_ppm)', 1000000
                    ) }}
                ),
                {{ integer_divide(
                    'weights.weight_ppm * (1000000 - posteriors.max_move_ppm)', 1000000
                ) }}
            )
        end as weight_ppm
    from weights
    inner join posteriors
        on weights.rule_id = posteriors.rule_id
        and posteriors.month_number = weights.month_number + 1
),

final as (
    select
        rule_id,
        {{ month_label('month_number') }} as feedback_month,
        month_number,
        tp_count,
        fp_count,
        posterior_ppm,
        weight_ppm
    from weights
)

select * from final
