{#- Id of the rule whose model (or unit test of it) is being compiled: its file name says it,
    `rule_im_bk_011__amount_outlier` is IM-BK-011. -#}
{% macro rule_id() -%}
    {%- set unique_id = model.tested_node_unique_id or model.unique_id -%}
    {%- set stem = unique_id.split('.')[-1].split('__')[0] -%}
    {{ return(stem | replace('rule_', '', 1) | replace('_', '-') | upper) }}
{%- endmacro %}
