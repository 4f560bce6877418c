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
            'rule_im_bk_014__probe_then_drain',
            'rule_im_bk_015__pass_through',
            'rule_im_cr_001__unknown_loan_account',
            'rule_im_cr_002__unknown_credit_card',
            'rule_im_hf_024__undeclared_withdrawal',
            'rule_im_mt_025__blind_spot',
            'rule_im_ot_018__unknown_platform_code',
            'rule_im_ot_019__code_flood',
            'rule_im_pl_027__unfamiliar_device',
            'rule_im_rg_028__shared_registration',
            'rule_im_rq_029__unofficial_report_query',
            'rule_im_si_022__unknown_employer',
            'rule_im_si_023__contribution_break',
            'rule_im_sv_030__duplicate_payment',
            'rule_im_sv_031__failed_but_charged',
            'rule_im_tl_021__more_registrations',
        ],
    }[folder]) }}
{%- endmacro %}
