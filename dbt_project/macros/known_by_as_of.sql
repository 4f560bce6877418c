{#- Condition that keeps the rows received by the instant for which this run answers (`as_of`).
    Without `as_of` everything that was loaded is known. -#}
{% macro known_by_as_of() -%}
    {%- set as_of = run_variable('as_of') -%}
    {%- if as_of -%} _received_at <= cast('{{ as_of }}' as timestamp) {%- else -%} true {%- endif -%}
{%- endmacro %}
