with

postings as (
    select * from {{ ref('fct_commission_postings') }}
),

partners as (
    select * from {{ ref('dim_partners') }}
),

months as (
    select
        posting_month,
        max(cut_off_at) as cut_off_at
    from postings
    group by posting_month
),

accounts as (
    select
        partner_id,
        direction_code,
        min(posting_month) as first_month
    from postings
    group by partner_id, direction_code
),

movements as (
    select
        partner_id,
        direction_code,
        posting_month,
        count(*) as line_count,
        {% for type in ['earned', 'adjustment'] -%}
        {% for amount in ['net', 'tax', 'gross'] -%}
        sum(case when posting_type = '{{ type }}' then {{ amount }}_fen else 0 end) as {{ type }}_{{ amount }}_fen,
        {% endfor -%}
        {% endfor -%}
        sum(net_fen) as net_fen,
        sum(tax_fen) as tax_fen,
        sum(gross_fen) as gross_fen
    from postings
    group by partner_id, direction_code, posting_month
),

-- a month without movement still carries the balance from one statement to the next
statements as (
    select
        accounts.partner_id,
        accounts.direction_code,
        months.posting_month,
        months.cut_off_at,
        coalesce(movements.line_count, 0) as line_count,
        {% for amount in [
            'earned_net', 'earned_tax', 'earned_gross', 'adjustment_net', 'adjustment_tax', 'adjustment_gross',
            'net', 'tax', 'gross',
        ] -%}
        coalesce(movements.{{ amount }}_fen, 0) as {{ amount }}_fen{{ ',' if not loop.last }}
        {% endfor -%}
    from accounts
    inner join months on accounts.first_month <= months.posting_month
    left join movements
        on accounts.partner_id = movements.partner_id
        and accounts.direction_code = movements.direction_code
        and months.posting_month = movements.posting_month
),

balanced as (
    select
        *,
        sum(gross_fen) over (
            partition by partner_id, direction_code
            order by posting_month
            rows between unbounded preceding and current row
        ) as closing_gross_fen
    from statements
),

final as (
    select
        {{ stable_id(['balanced.partner_id', 'balanced.direction_code', 'balanced.posting_month']) }} as statement_id,
        balanced.partner_id,
        partners.partner_name,
        balanced.direction_code,
        balanced.posting_month,
        balanced.cut_off_at,
        cast(balanced.line_count as bigint) as line_count,
        {{ yuan('balanced.closing_gross_fen - balanced.gross_fen') }} as opening_gross_yuan,
        {% for amount in [
            'earned_net', 'earned_tax', 'earned_gross', 'adjustment_net', 'adjustment_tax', 'adjustment_gross',
            'net', 'tax', 'gross',
        ] -%}
        {{ yuan('balanced.' ~ amount ~ '_fen') }} as {{ amount }}_yuan,
        {% endfor -%}
        {{ yuan('balanced.closing_gross_fen') }} as closing_gross_yuan
    from balanced
    left join partners on balanced.partner_id = partners.partner_id
)

select * from final
