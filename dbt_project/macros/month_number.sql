{#- Months as whole numbers, so that the next month is one more: year * 12 + month - 1. -#}
{% macro month_number(day) -%}
    cast(extract(year from {{ day }}) as bigint) * 12 + cast(extract(month from {{ day }}) as bigint) - 1
{%- endmacro %}

{#- `YYYY-MM` of such a number -#}
{% macro text_of_month_number(number) -%}
    cast({{ integer_divide(number, 12) }} as {{ dbt.type_string() }}) || '-'
    || lpad(cast({{ number }} % 12 + 1 as {{ dbt.type_string() }}), 2, '0')
{%- endmacro %}
