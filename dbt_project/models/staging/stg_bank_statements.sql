{{ staged_bank_statements(source('raw', 'bank_statements')) }}
