{#- Columns that say when a thing was told first, whatever later deliveries repeat or correct:
    first_received_at, first_delivery_id, first_line_number. A flag's clocks start there. -#}
{% macro first_told(key) -%}
    {%- set window -%}
        over (
            partition by {{ key | join(', ') }}
            order by _received_at, _delivery_id, _line_number
        )
    {%- endset -%}
    first_value(_received_at) {{ window }} as first_received_at,
        first_value(_delivery_id) {{ window }} as first_delivery_id,
        first_value(_line_number) {{ window }} as first_line_number
{%- endmacro %}
