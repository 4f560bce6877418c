{#- Derived by `tallywatch build` from models/intermediate/*/; do not edit. -#}
{% macro models_in(folder) -%}
    {{ return({
        'deal_types': [
            'deal_graduated',
            'deal_percentage',
        ],
        'partners/networks': [
            'int_partners__awin_deals',
            'int_partners__cj_deals',
            'int_partners__impact_deals',
            'int_partners__jd_union_deals',
            'int_partners__rakuten_deals',
            'int_partners__referral_deals',
            'int_partners__taobao_deals',
        ],
        'rules': [
            'rule_im_bk_011__amount_outlier',
            'rule_im_bk_012__night_burst',
            'rule_im_bk_013__large_first_payee',
            'rule_im_mt_025__blind_spot',
        ],
    }[folder]) }}
{%- endmacro %}
