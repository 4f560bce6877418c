{{ staged_meituan_bills(source('raw', 'meituan_bills')) }}
