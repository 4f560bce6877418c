"""Statements in the formats that banks exchange; all people, accounts and banks invented."""

from __future__ import annotations

MT940 = """{1:F01EXAMPLEXXXX0000000000}{2:O940}{4:
:20:REF20260901
:25:12345678/1020304050
:28C:00007/001
:60F:C260831EUR1000,00
:61:2609010901DR250,5NTRFNONREF//B0001
:86:166?00UEBERWEISUNG?20EREF+A-1?21Miete Septem
ber?30EXAMPLEX?31DE00000000000000000001?32Erika?33 Muster
:61:2609020902C1000,NMSCR77//B0002
ATM 12
:86:/TRTP/SEPA/IBAN/NL00EXAM0000000001/NAME/J. Voorbeeld/REMI/huur/EREF/X
:61:2609030903RC10,00NCHGNONREF
:86:Storno der Gutschrift
-vom 3.9.
:62F:C260903EUR1739,5
-}
:20:REF20260902
:25:PL00000000000000000000000002
:28C:1
:60F:D260903PLN5,00
:61:2512310102D0,01N024NONREF
:62F:D260903PLN5,02
-
"""
"""Two statements: the first one's balances agree with its movements, the second one's do not."""

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}">
 <BkToCstmrStmt>
  <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-09-04T06:00:00+02:00</CreDtTm></GrpHdr>
  <Stmt>
   <Id>S1</Id><ElctrncSeqNb>7</ElctrncSeqNb><CreDtTm>2026-09-04T06:00:00+02:00</CreDtTm>
   <Acct><Id><IBAN>DE00000000000000000009</IBAN></Id>
    <Svcr><FinInstnId><BICFI>EXAMDEFF</BICFI></FinInstnId></Svcr></Acct>
   <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt>
    <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-09-01</Dt></Dt></Bal>
   <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}</Amt>
    <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-09-03</Dt></Dt></Bal>
   <Ntry>
    <Amt Ccy="EUR">8.85000</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><Dt>2026-09-02</Dt></BookgDt><ValDt><Dt>2026-09-03</Dt></ValDt>
    <AcctSvcrRef>R1</AcctSvcrRef>
    <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
     <RltdPties><Cdtr><Nm>Der Inhaber</Nm></Cdtr><Dbtr><Nm>Erika Muster</Nm></Dbtr>
      <DbtrAcct><Id><IBAN>DE00000000000000000001</IBAN></Id></DbtrAcct></RltdPties>
     <RmtInf><Ustrd>Miete</Ustrd><Ustrd>September</Ustrd></RmtInf></TxDtls></NtryDtls>
   </Ntry>
   <Ntry>
    <Amt Ccy="EUR">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
    <BookgDt><DtTm>2026-09-03T23:30:00+02:00</DtTm></BookgDt>
    <NtryDtls>
     <TxDtls><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>
      <RltdPties><Cdtr><Pty><Nm>Laden A</Nm></Pty></Cdtr></RltdPties></TxDtls>
     <TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">20.00</Amt></TxAmt></AmtDtls>
      <RltdPties><Cdtr><Pty><Nm>Laden B</Nm></Pty></Cdtr></RltdPties></TxDtls>
    </NtryDtls>
   </Ntry>
   <Ntry>
    <Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-09-03</Dt></BookgDt>
    <NtryDtls>
     <TxDtls><Amt Ccy="USD">2.00</Amt></TxDtls><TxDtls><Amt Ccy="USD">4.00</Amt></TxDtls>
    </NtryDtls>
   </Ntry>
  </Stmt>
 </BkToCstmrStmt>
</Document>
"""
"""Four records: an entry, two details with amounts of their own, an entry in another currency."""

OFX_HEADER = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:{charset}
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""
OFX_1 = (
    OFX_HEADER
    + """<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260904
</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>BRL
<BANKACCTFROM><BANKID>0260<ACCTID>77-1<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260901<DTEND>20260904
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260902213000[-3:GMT]<TRNAMT>-12,50<FITID>F1<NAME>Café &amp; Cia
<MEMO>almoço</STMTTRN>
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260903120000<TRNAMT>+0100.0000<FITID>F2
<BANKACCTTO><BANKID>1<ACCTID>88-2</BANKACCTTO>
</STMTTRN>
</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
)
OFX_2 = """<?xml version="1.0" encoding="UTF-8"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><CURDEF>USD</CURDEF>
<INVACCTFROM><BROKERID>example.org</BROKERID><ACCTID>I-1</ACCTID></INVACCTFROM>
<INVTRANLIST>
<BUYSTOCK><INVBUY><INVTRAN><FITID>T1</FITID><DTTRADE>20260902</DTTRADE></INVTRAN>
<SECID><UNIQUEID>X</UNIQUEID></SECID><TOTAL>-25.00</TOTAL></INVBUY><BUYTYPE>BUY</BUYTYPE></BUYSTOCK>
<INVBANKTRAN><STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20260231</DTPOSTED><TRNAMT>5</TRNAMT>
<FITID>T2</FITID></STMTTRN></INVBANKTRAN>
</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>
"""
