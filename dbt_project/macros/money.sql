{#- Money is a whole number of fen, a rate a whole number of parts per million (ppm). Products come
    first and the one whole-number division last; halves go away from zero, so that a reversal is
    exactly the negative of what it reverses. `/` never meets money: it leaves whole numbers. -#}

{#- `base_fen` times `rate_ppm`, rounded to whole fen. -#}
{% macro rate_amount(base_fen, rate_ppm) -%}
    cast({{ sign_of(base_fen) }} * {{ integer_divide(
        'abs(' ~ base_fen ~ ') * ' ~ rate_ppm ~ ' + 500000', '1000000'
    ) }} as bigint)
{%- endmacro %}


{#- The tax inside an amount that includes it: gross * r / (1 + r), rounded to whole fen. -#}
{% macro tax_within(gross_fen, tax_rate_ppm) -%}
    cast({{ sign_of(gross_fen) }} * {{ integer_divide(
        '2 * abs(' ~ gross_fen ~ ') * ' ~ tax_rate_ppm ~ ' + 1000000 + ' ~ tax_rate_ppm,
        '2 * (1000000 + ' ~ tax_rate_ppm ~ ')'
    ) }} as bigint)
{%- endmacro %}


{#- Fen as yuan for people, exact: DECIMAL(18, 2). -#}
{% macro yuan(fen) -%}
    cast(cast({{ fen }} as decimal(18, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
{%- endmacro %}


{#- -1 or 1; the engines' own sign() differ in type. -#}
{% macro sign_of(amount) -%}
    (case when {{ amount }} < 0 then -1 else 1 end)
{%- endmacro %}
