{#- Great-circle distance in whole metres between two places given in millionths of a degree. -#}
{% macro great_circle_metres(latitude, longitude, other_latitude, other_longitude) -%}
    cast(round(12742000 * asin(least(cast(1 as double), sqrt(
        {{ half_chord_squared(latitude, other_latitude) }}
        + cos({{ microdegree_radians(latitude) }}) * cos({{ microdegree_radians(other_latitude) }})
        * {{ half_chord_squared(longitude, other_longitude) }}
    )))) as bigint)
{%- endmacro %}


{% macro half_chord_squared(angle, other_angle) -%}
    power(sin({{ microdegree_radians('(' ~ angle ~ ' - ' ~ other_angle ~ ')') }} * 0.5), 2)
{%- endmacro %}


{% macro microdegree_radians(angle) -%}
    radians(cast({{ angle }} as double) * 0.000001)
{%- endmacro %}
