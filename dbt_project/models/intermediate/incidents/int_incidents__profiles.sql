-- Where, when and how: what the live flags of an incident's alerts tell, each once.
with

links as (
    select * from {{ ref('fct_incident_alerts') }}
),

alert_flags as (
    select * from {{ ref('fct_alert_flags') }}
    where status_code = 'live'
),

flags as (
    select * from {{ ref('fct_flags') }}
    where status_code = 'live'
),

told as (
    select
        links.incident_id,
        links.link_code,
        flags.event_at,
        flags.place_name,
        flags.channel_code,
        flags.institution_group,
        flags.amount_fen,
        flags.delivery_id,
        flags.line_number,
        lpad(cast({{ local_hour('flags.event_at') }} as {{ dbt.type_string() }}), 2, '0') as hour_text
    from links
    inner join alert_flags on links.alert_id = alert_flags.alert_id
    inner join flags on alert_flags.flag_id = flags.flag_id
),

things as (
    select incident_id, 'channel' as kind_code, channel_code as body from told where channel_code <> 'none'
    union
    select incident_id, 'hour' as kind_code, hour_text as body from told
    union
    select incident_id, 'institution' as kind_code, institution_group as body
    from told
    where institution_group is not null
    union
    select incident_id, 'place' as kind_code, place_name as body from told where place_name is not null
),

placed as (
    select
        *,
        row_number() over (partition by incident_id order by kind_code, body) as position_number
    from things
),

listed as (
    select
        incident_id,
        {%- for kind in ['channel', 'hour', 'institution', 'place'] %}
        nullif({{ ordered_list_text(
            "case when kind_code = '" ~ kind ~ "' then body end", 'position_number'
        ) }}, '') as {{ kind }}s{{ ',' if not loop.last }}
        {%- endfor %}
    from placed
    group by incident_id
),

-- Several rules may flag one fact, whose money is at risk once.
facts as (
    select
        incident_id,
        delivery_id,
        line_number,
        max(amount_fen) as amount_fen
    from told
    where link_code = 'own'
    group by incident_id, delivery_id, line_number
),

amounts as (
    select
        incident_id,
        cast(coalesce(sum(amount_fen), 0) as bigint) as amount_at_risk_fen
    from facts
    group by incident_id
),

final as (
    select
        listed.incident_id,
        listed.places,
        listed.channels,
        listed.institutions,
        listed.hours,
        coalesce(amounts.amount_at_risk_fen, 0) as amount_at_risk_fen
    from listed
    left join amounts on listed.incident_id = amounts.incident_id
)

select * from final
