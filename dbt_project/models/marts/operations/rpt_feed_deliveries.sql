with

batches as (
    select * from {{ source('ledger', 'batches') }}
),

final as (
    select
        delivery_id,
        feed,
        status_code,
        received_at,
        landed_at,
        loaded_at,
        {{ local_date('received_at') }} as received_date,
        file_name_token,
        file_sha256,
        file_bytes,
        encoding,
        physical_records,
        accepted_records,
        rejected_records,
        declared_records,
        reason_code,
        found,
        expected,
        remedy,
        contract_version
    from batches
)

select * from final
