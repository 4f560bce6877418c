{{ staged_alipay_bills(source('raw', 'alipay_bills')) }}
