{#- Whether a fact received at `received_at` was known at this run's cut-off (`cut_off_at`, else
    `as_of`; both inclusive). Without either, everything that was loaded is known. -#}
{% macro is_known(received_at) -%}
    {%- set until = run_variable('cut_off_at') or run_variable('as_of') -%}
    {%- if until -%}
        {{ received_at }} <= cast('{{ until }}' as timestamp)
    {%- else -%}
        {{ received_at }} is not null
    {%- endif -%}
{%- endmacro %}
