with

{{ message_ctes('app_notices', ['app_id']) }},

final as (
    select
        message_id,
        authorisation_id,
        subject_key,
        app_id,
        message_sent_at as sent_at,
        phone_sent_at is not null as is_sent_at_known,
        stated_date,
        stated_at,
        message_class,
        -- The app tells the platform better than words do.
        coalesce(nullif(app_platform_class, 'unknown'), platform_class) as platform_class,
        coalesce(app_institution_code, institution_code) as institution_code,
        signature_name,
        template_hash,
        direction_code,
        amount_fen,
        currency_code,
        balance_fen,
        credit_left_fen,
        card_tail,
        has_link,
        first_received_at,
        first_delivery_id,
        first_line_number,
        _delivery_id,
        _line_number,
        _received_at,
        _file_sha256
    from messages
)

select * from final
