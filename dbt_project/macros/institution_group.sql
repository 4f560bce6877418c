{#- What an institution is known by: its name without legal form, branch and card centre, which stand
    behind 公司 or 银行. -#}
{% macro institution_group(institution_name) -%}
    regexp_replace(
        coalesce(
            nullif(regexp_extract({{ institution_name }}, '^(.+?公司)', 1), ''),
            nullif(regexp_extract({{ institution_name }}, '^(.+?银行)', 1), ''),
            {{ institution_name }}
        ),
        '(股份)?有限(责任)?公司$', ''
    )
{%- endmacro %}
