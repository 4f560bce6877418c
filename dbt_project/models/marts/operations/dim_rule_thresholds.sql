with

thresholds as (
    select * from {{ ref('int_rulebook__thresholds') }}
),

final as (
    select
        {{ stable_id(['rule_id', 'threshold_name', 'cast(valid_from as ' ~ dbt.type_string() ~ ')']) }} as threshold_key,
        rule_id,
        threshold_name,
        cast(threshold_value as bigint) as threshold_value,
        valid_from,
        valid_to
    from thresholds
)

select * from final
