with

printed as (
    select distinct
        subject_key,
        institution_name
    from {{ ref('stg_credit_reports') }}
    where
        item_type in (
            'account', 'disposal', 'advance', 'liability', 'credit_line', 'enquiry', 'phone', 'address',
            'employer'
        )
        and institution_name is not null
),

-- Who was renamed is printed as 新名(原:旧名).
named as (
    select
        *,
        regexp_replace(institution_name, '[(]原:.*$', '') as present_name,
        nullif(regexp_extract(institution_name, '[(]原:(.+)[)]$', 1), '') as former_name
    from printed
),

renamings as (
    select
        subject_key,
        present_name,
        min(former_name) as former_name
    from named
    where former_name is not null
    group by subject_key, present_name
),

-- The oldest name is taken: it stays the same when a later report shows that there is a new one.
resolved as (
    select
        named.subject_key,
        named.institution_name,
        coalesce(earlier.former_name, renamings.former_name, named.present_name) as known_name
    from named
    left join renamings
        on
            named.subject_key = renamings.subject_key
            and named.present_name = renamings.present_name
    left join renamings as earlier
        on
            renamings.subject_key = earlier.subject_key
            and renamings.former_name = earlier.present_name
),

final as (
    select
        subject_key,
        institution_name,
        known_name,
        {{ institution_group('known_name') }} as institution_group
    from resolved
)

select * from final
