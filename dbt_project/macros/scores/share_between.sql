{#- How far `value` has come from `low` to `high`: 0 up to the one, 1 from the other on. -#}
{% macro share_between(value, low, high) -%}
    least(greatest(({{ value }} - {{ low }}) / cast({{ high }} - {{ low }} as double), 0), 1)
{%- endmacro %}
