{#- JSON object as text, a member per stage of the group in the order of stages: `member` is the SQL of a
    member as text, `"S2":…`, null for none. -#}
{% macro json_of_stages(member) -%}
    '{' || concat_ws(',',
        {%- for number in range(1, 8) %}
        max(case when stage_number = {{ number }} then {{ member }} end){{ ',' if not loop.last }}
        {%- endfor %}
    ) || '}'
{%- endmacro %}
