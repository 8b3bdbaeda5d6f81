"""Small statements in the forms that banks use; two of each tell of the same money. And entries that were imported."""

from campaigns.kit import clock, db
from campaigns.payment.models import BankEntry
from campaigns.payment.rules import statement
from campaigns.payment.states import EntryState


def stand_entry(
    organisation_id: int, remittance: str = "", amount: int = 50_00, *, payer: str | None = None, currency: str = "EUR"
) -> BankEntry:
    """An entry on the statement, matched as an import would."""
    entry = BankEntry(
        organisation_id=organisation_id,
        fingerprint=f"{db.session.query(BankEntry).count():064}",
        booked_on=clock.today(),
        amount=amount,
        currency=currency,
        payer=payer,
        remittance=remittance,
        state=EntryState.UNMATCHED,
    )
    db.session.add(entry)
    db.session.flush()
    statement.propose(organisation_id)
    db.session.commit()
    return entry


CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-12-03T08:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>
{entries}
</Stmt></BkToCstmrStmt></Document>
"""
ENTRY = """<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>{status}</Sts>
<BookgDt><Dt>2026-12-03</Dt></BookgDt>{ref}<NtryDtls>{details}</NtryDtls></Ntry>
"""
DETAIL = """<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{amount}
<RltdPties><Dbtr>{payer}</Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"""

MT940 = """:20:START
:25:37040044/0532013000
:28C:00012/001
:60F:C261202EUR100,00
:61:2612031203C50,00NTRFNONREF//B-1
:86:166?00GUTSCHRIFT?20{text}?32PETRA SPONSOR
:61:2612031203D20,00NTRFNONREF//B-2
:86:177?00UEBERWEISUNG?20Rent?32LANDLORD
:62F:C261203EUR130,00
-
"""

CSV = """Date;Amount;Payer;Reference
2026-12-03;50.00;Petra Sponsor;{text}
2026-12-03;-20.00;Landlord;Rent
"""
OFX_OLD = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261203<LANGUAGE>ENG</SONRS>
</SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>EUR
<BANKACCTFROM><BANKID>1<ACCTID>2<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20261201<DTEND>20261203
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261203<TRNAMT>50.00<FITID>F-1<NAME>Petra Sponsor<MEMO>{text}</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261203<TRNAMT>-20.00<FITID>F-2<NAME>Landlord</STMTTRN>
</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
OFX_NEW = """<?xml version="1.0" encoding="UTF-8"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1</TRNUID><STMTRS><CURDEF>EUR</CURDEF>
<BANKACCTFROM><BANKID>1</BANKID><ACCTID>2</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM><BANKTRANLIST>
<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20261203</DTPOSTED><TRNAMT>50.00</TRNAMT><FITID>F-1</FITID>
<NAME>Petra Sponsor</NAME><MEMO>{text}</MEMO></STMTTRN>
<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20261203</DTPOSTED><TRNAMT>-20.00</TRNAMT><FITID>F-2</FITID></STMTTRN>
</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""


def detail(payer="<Nm>Petra Sponsor</Nm>", text="x", amount=""):
    return DETAIL.format(payer=payer, text=text, amount=amount)


def entry(amount="50.00", way="CRDT", status="BOOK", ref="", details=""):
    return ENTRY.format(amount=amount, way=way, status=status, ref=ref, details=details)


def camt(*entries, version="02"):
    return CAMT.format(version=version, entries="".join(entries)).encode()


def of_each_kind(text):
    """The same payment of €50.00, and one of €20.00 that went out, in every form, by its name."""
    both = (entry(details=detail(text=text)), entry("20.00", way="DBIT"))
    newer = entry(status="<Cd>BOOK</Cd>", details=detail("<Pty><Nm>Petra Sponsor</Nm></Pty>", text))
    return {
        "camt.053.001.02": camt(*both),
        "camt.053.001.08": camt(newer, both[1], version="08"),
        "mt940": MT940.format(text=text).encode(),
        "ofx 1": OFX_OLD.format(text=text).encode(),
        "ofx 2": OFX_NEW.format(text=text).encode(),
        "csv": CSV.format(text=text).encode(),
    }
