{#- The wording of a reason without what print adds or leaves out: spaces, commas, brackets. -#}
{% macro reason_key(reason_name) -%}
    translate({{ reason_name }}, ' 　、,,。.()()', '')
{%- endmacro %}
