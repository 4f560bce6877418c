{#- What a platform is known by, whoever names it: a code or a name, without spaces, in lower case. -#}
{% macro platform_key(name) -%}
    nullif(lower(replace({{ name }}, ' ', '')), '')
{%- endmacro %}
