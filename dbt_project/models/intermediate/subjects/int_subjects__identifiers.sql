with

people as (
    select * from {{ ref('stg_people') }}
),

versions as (
    select * from {{ source('raw', 'people') }}
    where {{ known_by_as_of() }}
),

batches as (
    select * from {{ source('ledger', 'batches') }}
),

current_ones as (
    {%- for kind in ['phone', 'email', 'id_number'] %}
    select
        subject_key,
        '{{ kind }}' as kind_code,
        {{ kind }}_token as token
    from people
    where {{ kind }}_token is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

told as (
    {%- for kind in ['phone', 'email', 'id_number'] %}
    select
        subject_key,
        '{{ kind }}' as kind_code,
        {{ kind }}_token as token,
        _received_at,
        _delivery_id
    from versions
    where {{ kind }}_token is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        current_ones.subject_key,
        current_ones.kind_code,
        current_ones.token,
        min(told._received_at) as available_at,
        min(batches.loaded_at) as detected_at
    from current_ones
    inner join told
        on current_ones.subject_key = told.subject_key
        and current_ones.kind_code = told.kind_code
        and current_ones.token = told.token
    left join batches on told._delivery_id = batches.delivery_id
    group by current_ones.subject_key, current_ones.kind_code, current_ones.token
)

select * from final
