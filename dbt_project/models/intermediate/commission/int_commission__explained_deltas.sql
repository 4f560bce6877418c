{%- set close_month = run_variable('close_month') or '' -%}

with

deltas as (
    select * from {{ ref('int_commission__deltas') }}
),

deals as (
    select * from {{ ref('int_commission__deal_states') }}
),

postings as (
    select * from {{ source('postings', 'commission_postings') }}
),

last_close as (
    select max(cut_off_at) as closed_at
    from postings
),

posted_lines as (
    select distinct line_key
    from postings
),

posted_scopes as (
    select
        agreement_id,
        origin_month,
        max(terms_known_from) as terms_known_from
    from postings
    where tier_number is not null
    group by agreement_id, origin_month
),

scoped as (
    select
        *,
        max(terms_known_from) over (partition by agreement_id, origin_month) as scope_known_from
    from deltas
),

final as (
    select
        deltas.*,
        deals.update_delivery_id,
        deals.update_line_number,
        case
            when deltas.origin_month = '{{ close_month }}' then 'earned'

            when deltas.tier_number is not null and posted_scopes.agreement_id is not null
                then case
                    when deltas.scope_known_from > posted_scopes.terms_known_from then 'terms_corrected'
                    else 'tier_rerated'
                end

            -- never posted: either the deal or its terms came after the last close
            when posted_lines.line_key is null
                then case
                    when deals.known_at > last_close.closed_at then 'late_deal'
                    when deltas.terms_known_from > last_close.closed_at then 'terms_corrected'
                    else 'late_deal'
                end

            when not deltas.is_line and deals.state_code = 'reversed' then 'reversal'
            when not deltas.is_line and coalesce(deals.state_code, 'missing') <> 'approved' then 'amended_deal'
            when deltas.is_line and deltas.is_posted
                then case when deltas.base_fen <> 0 then 'amended_deal' else 'terms_corrected' end

            -- the line changed account: taken back in one, given in another
            when deals.known_at > last_close.closed_at then 'amended_deal'
            else 'terms_corrected'
        end as reason_code
    from scoped as deltas
    cross join last_close
    left join deals
        on deltas.partner_id = deals.partner_id and deltas.deal_id = deals.deal_id
    left join posted_lines
        on deltas.line_key = posted_lines.line_key
    left join posted_scopes
        on deltas.agreement_id = posted_scopes.agreement_id
        and deltas.origin_month = posted_scopes.origin_month
)

select * from final
