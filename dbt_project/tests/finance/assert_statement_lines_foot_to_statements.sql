-- Fails when the lines of a statement do not add up to it, or either is without the other.

with

statements as (
    select * from {{ ref('rpt_partner_statement') }}
),

line_sums as (
    select
        statement_id,
        count(*) as line_count,
        sum(net_yuan) as net_yuan,
        sum(tax_yuan) as tax_yuan,
        sum(gross_yuan) as gross_yuan
    from {{ ref('rpt_partner_statement_lines') }}
    group by statement_id
),

final as (
    select
        statements.statement_id,
        line_sums.statement_id as line_statement_id
    from statements
    full outer join line_sums on statements.statement_id = line_sums.statement_id
    where statements.statement_id is null
        or statements.line_count <> coalesce(line_sums.line_count, 0)
        or statements.net_yuan <> coalesce(line_sums.net_yuan, 0)
        or statements.tax_yuan <> coalesce(line_sums.tax_yuan, 0)
        or statements.gross_yuan <> coalesce(line_sums.gross_yuan, 0)
)

select * from final
