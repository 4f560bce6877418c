{#- Great-circle distance in whole kilometres between two places given in degrees; null when one is
    not known (`least` would take no notice of that). -#}
{% macro kilometres(latitude, longitude, other_latitude, other_longitude) -%}
    case
        when {{ latitude }} + {{ longitude }} + {{ other_latitude }} + {{ other_longitude }} is not null
            then cast(round(12742 * asin(least(sqrt(
                power(sin(radians({{ latitude }} - {{ other_latitude }}) / 2), 2)
                + cos(radians({{ latitude }})) * cos(radians({{ other_latitude }}))
                * power(sin(radians({{ longitude }} - {{ other_longitude }}) / 2), 2)
            ), 1))) as bigint)
    end
{%- endmacro %}
