with

tiers as (
    select
        *,
        coalesce(lag(tier_up_to_fen) over (
            partition by agreement_id, valid_from, _delivery_id
            order by tier_number
        ), 0) as tier_from_fen
    from {{ ref('stg_partner_agreements') }}
    where {{ is_known('known_from') }}
),

described as (
    select
        *,
        partner_id || '|' || direction_code || '|' || product_code || '|' || deal_type
        || '|' || cast(tax_rate_ppm as {{ dbt.type_string() }})
        || '|' || cast(is_tax_inclusive as {{ dbt.type_string() }})
        || '|' || currency_code
        || '|' || coalesce(cast(valid_to as {{ dbt.type_string() }}), '') as header,
        cast(tier_number as {{ dbt.type_string() }})
        || '|' || coalesce(cast(tier_up_to_fen as {{ dbt.type_string() }}), '')
        || '|' || cast(rate_ppm as {{ dbt.type_string() }}) as step
    from tiers
),

versions as (
    select
        agreement_id,
        valid_from,
        _delivery_id,
        min(known_from) as known_from,
        {{ ordered_list_text("header || '|' || step", 'tier_number') }} as content,
        count(distinct header) = 1
        and max(tier_number) = count(*)
        and (max(deal_type) <> 'percentage' or count(*) = 1)
        and sum(case when tier_up_to_fen is null then 1 else 0 end) = 1
        and max(case when tier_up_to_fen is null then tier_number end) = max(tier_number)
        and sum(case when tier_up_to_fen <= tier_from_fen then 1 else 0 end) = 0 as is_usable
    from described
    group by agreement_id, valid_from, _delivery_id
),

-- terms delivered again unchanged are not a new version: they stay known since they first came
changes as (
    select
        *,
        lag(content) over (
            partition by agreement_id, valid_from
            order by known_from, _delivery_id
        ) as previous_content
    from versions
),

current_versions as (
    select *
    from changes
    where previous_content is null or previous_content <> content
    qualify row_number() over (
        partition by agreement_id, valid_from
        order by known_from desc, _delivery_id desc
    ) = 1
),

final as (
    select
        tiers.agreement_id,
        tiers.valid_from,
        tiers.tier_number,
        tiers.valid_to,
        tiers.known_from,
        tiers.partner_id,
        tiers.direction_code,
        tiers.product_code,
        tiers.deal_type,
        tiers.tier_from_fen,
        tiers.tier_up_to_fen,
        tiers.rate_ppm,
        tiers.tax_rate_ppm,
        tiers.is_tax_inclusive,
        tiers.currency_code,
        current_versions.is_usable,
        tiers._delivery_id,
        tiers._line_number
    from current_versions
    inner join tiers
        on current_versions.agreement_id = tiers.agreement_id
        and current_versions.valid_from = tiers.valid_from
        and current_versions._delivery_id = tiers._delivery_id
)

select * from final
