{{ staged_jd_bills(source('raw', 'jd_bills')) }}
