{#- Feeds that rules over movements read besides bills and statements: what a person or operations
    says about a payee or a plan has no first day, so that all of the person's days are judged anew. -#}
{%- set answers = ['alert_feedback', 'alert_suppressions', 'declarations'] -%}
{%- for feed in answers + ['platform_events'] if not execute -%}{%- do source('raw', feed) -%}{%- endfor -%}
with

trades as (
    select * from {{ ref('int_wallets__changed_trades') }}
),

bank_days as (
    select * from {{ ref('int_banks__changed_days') }}
),

new_deliveries as (
    select * from {{ ref('int_service__new_deliveries') }}
),

{% if only_new_is_asked() -%}
answered as (
    {%- for feed in answers %}
    select {{ feed }}.subject_key
    from {{ source('raw', feed) }} as {{ feed }}
    inner join new_deliveries on {{ feed }}._delivery_id = new_deliveries.delivery_id
    where {{ feed }}.subject_key is not null
    union all
    {%- endfor %}
    -- A card that was bound, by any version of the event.
    select bound.subject_key
    from {{ source('raw', 'platform_events') }} as told
    inner join new_deliveries on told._delivery_id = new_deliveries.delivery_id
    inner join {{ source('raw', 'platform_events') }} as bound
        on told.platform_code = bound.platform_code and told.event_id = bound.event_id
    where bound.event_code = 'card_bound'
),

-- What belongs to a misuse that was confirmed may change with any of the person's movements.
misused as (
    select distinct subject_key from {{ source('raw', 'alert_feedback') }}
    where outcome_code = 'confirmed_misuse'
),

{% endif -%}
-- A wallet's payment and its bank's line may be some days apart, and are told by each other.
changed as (
    select
        subject_key,
        {{ add_days('business_date', -var('settle_days')) }} as changed_date
    from trades
    union all
    select
        subject_key,
        {{ add_days('least(first_event_date, business_date)', -var('settle_days')) }} as changed_date
    from bank_days
    {%- if only_new_is_asked() %}
    union all
    select
        subject_key,
        cast('1900-01-01' as date) as changed_date
    from (
        select trades.subject_key from trades
        inner join misused on trades.subject_key = misused.subject_key
        union all
        select bank_days.subject_key from bank_days
        inner join misused on bank_days.subject_key = misused.subject_key
    ) as of_misused
    union all
    select
        subject_key,
        cast('1900-01-01' as date) as changed_date
    from answered
    {%- endif %}
),

final as (
    select
        subject_key,
        min(changed_date) as from_date
    from changed
    group by subject_key
)

select * from final
