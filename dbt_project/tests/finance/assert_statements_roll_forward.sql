-- Fails when a statement does not open with the balance that the one before closed with.

with

statements as (
    select
        *,
        lag(closing_gross_yuan) over (
            partition by partner_id, direction_code
            order by posting_month
        ) as previous_closing_yuan
    from {{ ref('rpt_partner_statement') }}
),

final as (
    select *
    from statements
    where opening_gross_yuan <> coalesce(previous_closing_yuan, 0)
)

select * from final
