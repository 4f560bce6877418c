{#- Whether an hour of the day in Shanghai lies in the night, as the rules understand it. -#}
{% macro is_night(hour) -%}
    ({{ hour }} >= {{ var('night_from_hour') }} or {{ hour }} < {{ var('night_until_hour') }})
{%- endmacro %}
