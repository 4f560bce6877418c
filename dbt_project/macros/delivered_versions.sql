{#- The versions of what a feed tells again and again: one row per `key` and change of `facts`, with
    the delivery that first told it so. What is pulled again unchanged adds no row; every version
    stays, so that what was known at an earlier cut-off can be answered. -#}
{% macro delivered_versions(relation, key, facts) -%}
    {%- set by_key = 'partition by ' ~ key | join(', ') -%}
    {%- set in_order = '_received_at, _delivery_id, _line_number' -%}
    {%- set latest_first = '_received_at desc, _delivery_id desc, _line_number desc' -%}
    select
        {{ (key + facts) | join(',\n        ') }},
        row_number() over ({{ by_key }} order by {{ in_order }}) as version_number,
        row_number() over ({{ by_key }} order by {{ latest_first }}) = 1 as is_last_version,
        _delivery_id,
        _file_sha256,
        _line_number,
        _received_at
    from (
        select
            *,
            lag(_content) over ({{ by_key }} order by {{ in_order }}) as _previous_content
        from (
            select
                *,
                {{ joined_text(facts) }} as _content
            from {{ relation }}
            where {{ known_by_as_of() }}
        ) as delivered
    ) as compared
    where _previous_content is null or _previous_content <> _content
{%- endmacro %}


{#- The version of each `key` that was known last at this run's cut-off. -#}
{% macro last_known_version(relation, key) -%}
    select * from {{ relation }}
    where {{ is_known('_received_at') }}
    qualify row_number() over (
        partition by {{ key | join(', ') }}
        order by version_number desc
    ) = 1
{%- endmacro %}
