{#- Messages of the raw table `feed` as known at this run's instant, as CTEs up to `messages`:
    - `timed`: a phone that gives one instant for three messages of different forms does not know the
      time (however often they are delivered); then, and where it gives none, the message counts as
      sent when it was first received;
    - `numbered`: messages carry no id: equal ones of one delivery are told apart by their order;
    - `messages`: each once, with what the message itself says of the time filled up (`stated_at`). -#}
{% macro message_ctes(feed, sender_columns) -%}
known as (
    select * from {{ source('raw', feed) }}
    where {{ known_by_as_of() }}
),

constant_times as (
    select
        authorisation_id,
        sent_at
    from known
    group by authorisation_id, sent_at
    having count(distinct template_hash) >= 3
),

timed as (
    select
        known.*,
        case when constant_times.sent_at is null then known.sent_at end as phone_sent_at
    from known
    left join constant_times
        on known.authorisation_id = constant_times.authorisation_id
        and known.sent_at = constant_times.sent_at
),

described as (
    select
        *,
        {{ stable_id(['subject_key'] + sender_columns + [
            timestamp_text('phone_sent_at'), 'template_hash', 'amount_fen', 'balance_fen', 'stated_time',
        ]) }} as content_key
    from timed
),

numbered as (
    select
        *,
        row_number() over (
            partition by content_key, _delivery_id
            order by _line_number
        ) as occurrence_number
    from described
),

told as (
    select
        *,
        {{ first_told(['content_key', 'occurrence_number']) }},
        -- In the order of first_told, so that one sort does for both.
        lead(_line_number) over (
            partition by content_key, occurrence_number
            order by _received_at, _delivery_id, _line_number
        ) is null as is_last_told
    from numbered
),

-- When a phone sends its messages again, they are not sent later for that.
sent as (
    select
        *,
        coalesce(phone_sent_at, first_received_at) as message_sent_at
    from told
),

latest as (
    select * from sent
    where is_last_told
),

stated as (
    select
        *,
        {{ stated_date('stated_time', local_date('message_sent_at')) }} as stated_date
    from latest
),

messages as (
    select
        *,
        {{ stable_id(['content_key', 'occurrence_number']) }} as message_id,
        case
            when stated_time not like '%?' then {{ utc_timestamp(
                "try_cast(cast(stated_date as " ~ dbt.type_string() ~ ") || ' ' || substr(stated_time, 12, 5)"
                ~ " || ':00' as timestamp)"
            ) }}
        end as stated_at
    from stated
)
{%- endmacro %}
