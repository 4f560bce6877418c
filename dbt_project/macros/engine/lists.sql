{#- The texts of a group joined in the order of `ordered_by` (a whole number, distinct in the group). -#}
{% macro ordered_list_text(expression, ordered_by) -%}
    {{ adapter.dispatch('ordered_list_text', 'tallywatch')(expression, ordered_by) }}
{%- endmacro %}

{% macro duckdb__ordered_list_text(expression, ordered_by) -%}
    string_agg({{ expression }}, ';' order by {{ ordered_by }})
{%- endmacro %}

{% macro spark__ordered_list_text(expression, ordered_by) -%}
    concat_ws(';', transform(
        array_sort(collect_list(named_struct('position', {{ ordered_by }}, 'body', {{ expression }}))),
        member -> member.body
    ))
{%- endmacro %}
