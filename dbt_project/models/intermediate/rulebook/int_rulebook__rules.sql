{#- Read from the meta of every rule's yml, so that no list of rules needs an edit. -#}
with

final as (
    {%- set comma = joiner('union all') -%}
    {%- for name in models_in('rules') if execute %}
    {%- set rule = checked_rule_meta(graph.nodes['model.' ~ project_name ~ '.' ~ name]) %}
    {{ comma() }}
    select
        '{{ rule.id }}' as rule_id,
        '{{ name }}' as model_name,
        '{{ rule.version }}' as rule_version,
        '{{ rule.status }}' as status_code,
        {{ dbt.string_literal(dbt.escape_single_quotes(rule.name_en)) }} as rule_name_en,
        {{ dbt.string_literal(dbt.escape_single_quotes(rule.name_zh)) }} as rule_name_zh,
        '{{ rule.severity }}' as severity_code,
        '{{ rule.stage }}' as stage_code,
        cast({{ rule.base_score }} as bigint) as base_score,
        cast({{ rule.confidence_ppm }} as bigint) as confidence_ppm,
        {{ dbt.string_literal(rule.known_thing) if rule.known_thing != 'none' else 'cast(null as ' ~ dbt.type_string() ~ ')' }}
            as known_thing_type,
        cast({{ rule.dedup_gap_days }} as bigint) as dedup_gap_days,
        {{ dbt.string_literal(dbt.escape_single_quotes(rule.user_text_en)) }} as user_text_en,
        {{ dbt.string_literal(dbt.escape_single_quotes(rule.user_text_zh)) }} as user_text_zh,
        {{ dbt.string_literal(dbt.escape_single_quotes(rule.response)) }} as response
    {%- endfor %}
)

select * from final
