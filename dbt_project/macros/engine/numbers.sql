{#- Whole-number quotient. Both operands must be integers and not negative. -#}
{% macro integer_divide(dividend, divisor) -%}
    {{ adapter.dispatch('integer_divide', 'tallywatch')(dividend, divisor) }}
{%- endmacro %}

{% macro duckdb__integer_divide(dividend, divisor) -%}
    (({{ dividend }}) // ({{ divisor }}))
{%- endmacro %}

{% macro spark__integer_divide(dividend, divisor) -%}
    (({{ dividend }}) div ({{ divisor }}))
{%- endmacro %}


{#- Interpolated percentile of a column of whole numbers, as a whole number (half away from zero).
    `share` is a literal between 0 and 1. The inner rounding hides the last bit, in which engines differ. -#}
{% macro percentile(expression, share) -%}
    cast(round(round(
        percentile_cont({{ share }}) within group (order by cast({{ expression }} as double))
    , 6)) as bigint)
{%- endmacro %}


{% macro median(expression) -%}
    {{ percentile(expression, 0.5) }}
{%- endmacro %}


{#- How many different values, without nulls, in a window: no engine counts them in the same words. -#}
{% macro distinct_count_over(expression, window) -%}
    {{ adapter.dispatch('distinct_count_over', 'tallywatch')(expression, window) }}
{%- endmacro %}

{% macro duckdb__distinct_count_over(expression, window) -%}
    count(distinct {{ expression }}) over ({{ window }})
{%- endmacro %}

{% macro spark__distinct_count_over(expression, window) -%}
    cast(size(collect_set({{ expression }}) over ({{ window }})) as bigint)
{%- endmacro %}
