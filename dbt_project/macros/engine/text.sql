{#- SHA-256 of a text, as lower-case hex. -#}
{% macro sha256_text(expression) -%}
    {{ adapter.dispatch('sha256_text', 'tallywatch')(expression) }}
{%- endmacro %}

{% macro duckdb__sha256_text(expression) -%}
    sha256({{ expression }})
{%- endmacro %}

{% macro spark__sha256_text(expression) -%}
    sha2({{ expression }}, 256)
{%- endmacro %}


{#- The texts of some expressions joined by `|`; a missing one counts as empty text. -#}
{% macro joined_text(parts) -%}
    {%- set texts = [] -%}
    {%- for part in parts -%}
        {%- do texts.append("coalesce(cast(" ~ part ~ " as " ~ dbt.type_string() ~ "), '')") -%}
    {%- endfor -%}
    {{ texts | join(" || '|' || ") }}
{%- endmacro %}


{#- A deterministic id: SHA-256 over the parts, joined by `|`; a missing part counts as empty text.
    Pass instants through `timestamp_text`, whose form does not depend on the engine. -#}
{% macro stable_id(parts) -%}
    {{ sha256_text(joined_text(parts)) }}
{%- endmacro %}


{#- JSON object as text. `members` maps names to SQL expressions; whole numbers and texts only
    (engines print fractions and instants differently). Missing values are written as null. -#}
{% macro json_text(members) -%}
    {{ adapter.dispatch('json_text', 'tallywatch')(members) }}
{%- endmacro %}

{% macro duckdb__json_text(members) -%}
    cast(json_object(
        {%- for name, expression in members.items() %}
        '{{ name }}', {{ expression }}{{ "," if not loop.last }}
        {%- endfor %}
    ) as varchar)
{%- endmacro %}

{% macro spark__json_text(members) -%}
    to_json(named_struct(
        {%- for name, expression in members.items() %}
        '{{ name }}', {{ expression }}{{ "," if not loop.last }}
        {%- endfor %}
    ), map('ignoreNullFields', 'false'))
{%- endmacro %}
