{#- The city of an administrative code (GB/T 2260) that may be of a district in it: 330106 lies in
    330100; the four municipalities are one city each. -#}
{% macro place_key(city_code) -%}
    case
        when substr({{ city_code }}, 1, 2) in ('11', '12', '31', '50')
            then substr({{ city_code }}, 1, 2) || '0000'
        else substr({{ city_code }}, 1, 4) || '00'
    end
{%- endmacro %}
