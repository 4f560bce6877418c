with

{{ message_ctes('sms_messages', ['sender_code', 'sender_phone_token', 'sender_contact_token']) }},

final as (
    select
        message_id,
        authorisation_id,
        subject_key,
        sender_code,
        sender_phone_token,
        sender_contact_token,
        message_sent_at as sent_at,
        phone_sent_at is not null as is_sent_at_known,
        stated_date,
        stated_at,
        message_class,
        platform_class,
        institution_code,
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
