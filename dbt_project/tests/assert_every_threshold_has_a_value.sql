-- A rule whose threshold has no row would never fire and never say so.
with

needed as (
    {%- set comma = joiner('union all') %}
    {%- for name in models_in('rules') if execute %}
    {%- set rule = graph.nodes['model.' ~ project_name ~ '.' ~ name].config.meta %}
    {%- for threshold in rule.thresholds %}
    {{ comma() }}
    select '{{ rule.id }}' as rule_id, '{{ threshold }}' as threshold_name
    {%- endfor %}
    {%- endfor %}
),

thresholds as (
    select * from {{ ref('int_rulebook__thresholds') }}
),

as_of as (
    select * from {{ ref('int_service__as_of') }}
    where as_of_at is not null
)

select needed.*
from needed
cross join as_of
left join thresholds
    on needed.rule_id = thresholds.rule_id
    and needed.threshold_name = thresholds.threshold_name
where thresholds.rule_id is null
