{#- Equal columns make a line's account; what changes account is taken back there and posted anew. -#}
{%- set account = [
    'line_key', 'origin_month', 'partner_id', 'direction_code', 'product_code', 'tax_rate_ppm',
] -%}
{%- set facts = [
    'agreement_id', 'deal_type', 'deal_id', 'tier_number', 'rate_ppm',
    'terms_valid_from', 'terms_known_from', 'rule_version', 'source_delivery_id', 'source_line_number',
] -%}
{%- set amounts = ['base_fen', 'net_fen', 'tax_fen', 'gross_fen'] -%}
{%- set close_month = run_variable('close_month') or '' -%}

with

lines as (
    select * from {{ ref('int_commission__lines') }}
    where origin_month <= '{{ close_month }}'
),

posted as (
    select * from {{ ref('int_commission__posted') }}
    where '{{ close_month }}' <> ''
),

compared as (
    select
        {% for column in account + facts -%}
        coalesce(lines.{{ column }}, posted.{{ column }}) as {{ column }},
        {% endfor -%}
        {% for column in amounts -%}
        coalesce(lines.{{ column }}, 0) - coalesce(posted.{{ column }}, 0) as {{ column }},
        {% endfor -%}
        lines.line_key is not null as is_line,
        posted.line_key is not null as is_posted
    from lines
    full outer join posted
        on {% for column in account -%}
        lines.{{ column }} = posted.{{ column }}{{ ' and ' if not loop.last }}
        {%- endfor %}
),

final as (
    select *
    from compared
    where base_fen <> 0 or net_fen <> 0 or tax_fen <> 0 or gross_fen <> 0
)

select * from final
