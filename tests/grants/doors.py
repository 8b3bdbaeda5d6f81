"""Every address that asks for no account: its level, who knocks there in the tests, and what the answer is.

`student` knocks with an application begun in that browser, everybody else as nobody. `hidden` lines are addresses
of the same doors behind which nothing may be seen.
"""

from typing import NamedTuple

DOORS = """
PUBLIC GET  /                                            200
PUBLIC GET  /campaigns                                   200
PUBLIC GET  /c/{live}                                    200
PUBLIC GET  /c/{live}/ledger                             200
PUBLIC GET  /c/{live}/ledger.csv                         200
PUBLIC GET  /c/{live}/ledger.json                        200
PUBLIC GET  /communities/{slug}/ledger                   200
PUBLIC GET  /communities/{slug}/ledger.csv               200
PUBLIC GET  /communities/{slug}/ledger.json              200
PUBLIC GET  /c/{live}/updates.atom                       200
PUBLIC GET  /c/{live}/updates/{published}                200
PUBLIC GET  /c/{live}/updates/{withdrawn}                410
PUBLIC GET  /asks/{signable}                             200
PUBLIC GET  /communities/{slug}                          200
PUBLIC GET  /communities/{slug}/waitlist                 200
PUBLIC GET  /f/{cover}                                   200
PUBLIC GET  /f/{cover}/card                              200
PUBLIC GET  /showcase                                    200
PUBLIC GET  /showcase/{shown_work}                       200
PUBLIC GET  /showcase/{shown_work}/picture               200
PUBLIC GET  /showcase/{shown_work}/card                  200
PUBLIC GET  /apply                                       200
PUBLIC GET  /apply/{slug}/form                           200
PUBLIC GET  /help                                        200
PUBLIC GET  /privacy                                     200
PUBLIC GET  /accessibility                               200
PUBLIC GET  /report-a-concern                            200
PUBLIC GET  /robots.txt                                  200
PUBLIC GET  /sitemap.xml                                 200
PUBLIC GET  /.well-known/security.txt                    200
PUBLIC GET  /.well-known/change-password                 302
PUBLIC GET  /static/css/vouch.css                        200

GUEST GET  /sign-up                                      200
GUEST POST /sign-up
GUEST GET  /sign-in                                      200
GUEST POST /sign-in
GUEST POST /sign-out
GUEST GET  /mailed                                       200
GUEST GET  /confirm/{sign_up}                            200
GUEST POST /confirm/{sign_up}
GUEST GET  /password/forgot                              200
GUEST POST /password/forgot
GUEST GET  /password/reset/{reset}                       200
GUEST POST /password/reset/{reset}
GUEST GET  /account/email/{new_email}                    200
GUEST POST /account/email/{new_email}
GUEST GET  /account/second-factor                        303
GUEST POST /account/second-factor
GUEST GET  /privacy/data                                 200
GUEST POST /privacy/data
GUEST GET  /privacy/data/{address_link}                  200
GUEST POST /privacy/data/{address_link}
GUEST POST /privacy/data/{address_link}/erase
GUEST GET  /invitations/{invitation_token}               200
GUEST POST /invitations/{invitation_token}

GUEST GET  /reply/{reply}                                200
GUEST GET  /reply/{reply}/accept                         200
GUEST GET  /reply/{reply}/workspace                      200
GUEST POST /reply/{reply}/workspace
GUEST GET  /pay/{finance_token}                          200
GUEST GET  /pay/{finance_token}/pack.zip                 200
GUEST POST /reply/{reply}/accept
GUEST GET  /asks/{signable}/sign                         200
GUEST POST /asks/{signable}/sign
GUEST GET  /asks/{signable}/sign/sent                    200
GUEST GET  /asks/confirm/{signature_token}               200
GUEST POST /asks/confirm/{signature_token}
GUEST GET  /asks/remove/{unsign}                         200
GUEST POST /asks/remove/{unsign}
GUEST GET  /c/{live}/follow                              200
GUEST POST /c/{live}/follow
GUEST GET  /follow/{follow}                              200
GUEST POST /follow/{follow}

GUEST GET  /c/{live}/pledge                              200
GUEST POST /c/{live}/pledge
GUEST GET  /c/{live}/pledge/ways                         200
GUEST GET  /c/{live}/pledge/goal                         200
GUEST POST /c/{live}/pledge/goal
GUEST GET  /c/{live}/pledge/terms                        200
GUEST POST /c/{live}/pledge/terms
GUEST GET  /c/{live}/pledge/several                      200
GUEST POST /c/{live}/pledge/several
GUEST GET  /p/several/confirm/{several_token}              200
GUEST POST /p/several/confirm/{several_token}
GUEST GET  /p/several/{several}?k={several_key}              200
GUEST GET  /p/confirm/{pledge_token}                     200
GUEST POST /p/confirm/{pledge_token}
GUEST GET  /p/renew/{renew_token}                        200
GUEST POST /p/renew/{renew_token}
GUEST GET  /p/{promised}/sent?k={sent_key}               200
GUEST GET  /p/{pledge}?k={pledge_key}                    200
GUEST POST /p/{pledge}/pay?k={pledge_key}
GUEST GET  /p/{pledge}/card?k={pledge_key}               200
GUEST POST /p/{pledge}/card?k={pledge_key}
GUEST GET  /p/{pledge}/authenticate?k={pledge_key}       200
GUEST POST /p/{pledge}/authenticate?k={pledge_key}
GUEST GET  /p/{pledge}/bill?k={pledge_key}               200
GUEST POST /p/{pledge}/bill?k={pledge_key}
GUEST GET  /p/{pledge}/change?k={pledge_key}             200
GUEST POST /p/{pledge}/change?k={pledge_key}
GUEST GET  /p/{pledge}/withdraw?k={pledge_key}           200
GUEST POST /p/{pledge}/withdraw?k={pledge_key}
GUEST GET  /p/{pledge}/amounts?k={pledge_key}            200
GUEST POST /p/{pledge}/amounts?k={pledge_key}
GUEST GET  /p/{pledge}/pause?k={pledge_key}              200
GUEST POST /p/{pledge}/pause?k={pledge_key}
GUEST POST /p/{pledge}/resume?k={pledge_key}
GUEST GET  /p/{paid_pledge}/receipt/1.pdf?k={paid_key}   200
GUEST GET  /p/{paid_pledge}/receipt/1?k={paid_key}       200
GUEST GET  /p/{paid_pledge}/credit-notes/{year}-1?k={paid_key}      200
GUEST GET  /p/{paid_pledge}/credit-notes/{year}-1.pdf?k={paid_key}  200
GUEST GET  /statements                                   200
GUEST POST /statements
GUEST GET  /statements/{statement_link}                  200
GUEST GET  /statements/{statement_link}/{year}             200
GUEST GET  /statements/{statement_link}/{year}.pdf         200
GUEST GET  /statements/{statement_link}/{year}.csv         200
GUEST GET  /statements/{statement_link}/{year}/documents.zip  200
GUEST GET  /p/{unbilled}/invoice?k={unbilled_key}        200
GUEST POST /p/{unbilled}/invoice?k={unbilled_key}
GUEST GET  /documents/{invoice}?k={invoice_key}          200
GUEST GET  /documents/{invoice}.pdf?k={invoice_key}      200

GUEST GET  /c/{live}/reserve                             200
GUEST POST /c/{live}/reserve
GUEST GET  /c/{live}/pledge-if                           200
GUEST POST /c/{live}/pledge-if
GUEST GET  /c/{live}/in-kind                             200
GUEST POST /c/{live}/in-kind
GUEST GET  /o/received/{gift_token}                      200
GUEST POST /o/received/{gift_token}
GUEST GET  /c/{live}/match                               200
GUEST POST /c/{live}/match
GUEST GET  /o/confirm/{offer_token}                      200
GUEST POST /o/confirm/{offer_token}
GUEST GET  /o/{asked_hold}/sent?k={offer_sent_key}       200
GUEST GET  /o/{hold}?k={hold_key}                        200
GUEST GET  /o/{hold}/pledge?k={hold_key}                 200
GUEST POST /o/{hold}/pledge?k={hold_key}
GUEST GET  /o/{hold}/take-back?k={hold_key}              200
GUEST POST /o/{hold}/take-back?k={hold_key}

GUEST GET  /apply/{slug}                                 200
GUEST POST /apply/{slug}
GUEST GET  /apply/resume                                 200
GUEST POST /apply/resume
GUEST POST /apply/leave                                  student
GUEST GET  /apply/code                                   303 student
GUEST POST /apply/code                                   student
GUEST POST /apply/code/new                               student
GUEST GET  /apply/status                                 303 student
GUEST GET  /apply/status/agree                           303 student
GUEST POST /apply/status/agree                           student
GUEST GET  /apply/status/leave                           200 student
GUEST POST /apply/status/leave                           student
GUEST GET  /apply/status/departure                       303 student
GUEST POST /apply/status/departure                       student
GUEST GET  /p/{left_pledge}/rest/{share}?k={left_key}    200
GUEST POST /p/{left_pledge}/rest/{share}?k={left_key}
GUEST GET  /apply/tasks                                  200 student
GUEST GET  /apply/tasks/about                            200 student
GUEST POST /apply/tasks/about                            student
GUEST GET  /apply/tasks/guardian                         200 student
GUEST POST /apply/tasks/guardian                         student
GUEST GET  /apply/tasks/school                           200 student
GUEST POST /apply/tasks/school                           student
GUEST GET  /apply/tasks/place                            200 student
GUEST POST /apply/tasks/place                            student
GUEST GET  /apply/tasks/needs                            200 student
GUEST POST /apply/tasks/needs                            student
GUEST GET  /apply/tasks/story                            200 student
GUEST POST /apply/tasks/story                            student
GUEST GET  /apply/tasks/appearance                       200 student
GUEST POST /apply/tasks/appearance                       student
GUEST GET  /apply/tasks/consent                          200 student
GUEST POST /apply/tasks/consent                          student
GUEST GET  /apply/tasks/answer                           200 student
GUEST POST /apply/tasks/answer                           student
GUEST GET  /apply/tasks/check                            200 student
GUEST POST /apply/tasks/check                            student
GUEST GET  /apply/tasks/people                           200 student
GUEST GET  /apply/tasks/people/referee                   200 student
GUEST POST /apply/tasks/people/referee                   student
GUEST GET  /apply/tasks/people/guardian                  200 student
GUEST GET  /apply/tasks/people/school                    200 student
GUEST POST /apply/tasks/people/{asked}/again             student
GUEST POST /apply/tasks/people/{asked}/withdraw          student
GUEST GET  /vouch/{vouch}                                200
GUEST POST /vouch/{vouch}
GUEST GET  /vouch/{vouched}                              200
GUEST GET  /guardian/{guardian}                          200
GUEST POST /guardian/{guardian}
GUEST GET  /guardian/agreed/{agreed_key}                 200
GUEST POST /guardian/agreed/{agreed_key}
GUEST GET  /school/{enrol}                               200
GUEST POST /school/{enrol}
GUEST GET  /school/{enrol}/payout                        200
GUEST POST /school/{enrol}/payout
GUEST GET  /receipt/{receipt_link}                       200
GUEST POST /receipt/{receipt_link}

GUEST GET  /apply/secret                                 200 student
GUEST POST /apply/secret                                 student
GUEST GET  /apply/secret/forgot                          200
GUEST POST /apply/secret/forgot
GUEST GET  /apply/secret/new/{secret_link}               200
GUEST POST /apply/secret/new/{secret_link}
GUEST GET  /apply/tasks/documents                        200 student
GUEST POST /apply/tasks/documents                        student
GUEST POST /apply/tasks/documents/{begun_paper}/away     student
GUEST GET  /apply/{slug}/helper                          200
GUEST POST /apply/{slug}/helper
GUEST GET  /apply/tasks/hand-over                        303 student
GUEST POST /apply/tasks/hand-over                        student
GUEST GET  /apply/handed-over                            303
GUEST POST /apply/handed-over

GUEST GET  /p/{paid_pledge}/messages?k={paid_key}        200
GUEST POST /p/{paid_pledge}/messages?k={paid_key}
GUEST POST /p/{paid_pledge}/messages/read?k={paid_key}
GUEST GET  /apply/messages                               200 student
GUEST GET  /apply/messages/{begun_thread}                200 student
GUEST POST /apply/messages/{begun_thread}                student
GUEST POST /apply/messages/{begun_thread}/read           student
GUEST GET  /apply/showcase                               200 student
GUEST GET  /apply/showcase/new                           200 student
GUEST POST /apply/showcase/new                           student
GUEST GET  /apply/showcase/{own_work}                    200 student
GUEST POST /apply/showcase/{own_work}                    student
GUEST POST /apply/showcase/{own_work}/send               student
GUEST GET  /apply/showcase/{own_work}/picture            404 student
GUEST GET  /apply/showcase/name                          404 student
GUEST POST /apply/showcase/name                          student
GUEST GET  /apply/data                                   200 student
GUEST POST /apply/data                                   student
GUEST GET  /apply/data/erase                             200 student
GUEST POST /apply/data/erase                             student
GUEST GET  /apply/status/appeal                          303 student
GUEST POST /apply/status/appeal                          student

MACHINE GET  /healthz                                    200
MACHINE GET  /readyz                                     200
MACHINE GET  /metrics                                    404
MACHINE GET  /unsubscribe/{unsubscribe}                  200
MACHINE POST /unsubscribe/{unsubscribe}                  200
MACHINE POST /webhooks/stripe                            404
MACHINE POST /webhooks/stripe/thin                       404

DEVELOPMENT GET  /dev/people                             200
DEVELOPMENT GET  /dev/inbox                              200
DEVELOPMENT GET  /dev/inbox/no-such-letter               404
DEVELOPMENT GET  /dev/inbox/no-such-letter/html          404
DEVELOPMENT POST /dev/inbox/clear                        303
"""

HIDDEN = """
/c/{draft} /c/{reviewing} /c/{cancelled} /c/{draft}/ledger /c/{draft}/ledger.csv /c/{draft}/ledger.json
/c/{reviewing}/updates.atom
/c/{draft}/pledge /c/{reviewing}/follow
/c/{live}/updates/{reviewing_update} /c/{adult}/updates/{draft_update} /c/{adult}/updates/{published}
/asks/{drafted} /asks/{moderated} /asks/{private} /asks/{quiet} /asks/{answered} /asks/{private}/sign
/f/{image} /f/{document}
/showcase/{work} /showcase/{work}/picture /showcase/{work}/card /showcase/{own_work}
/p/{paid_pledge}/messages /p/{paid_pledge}/messages?k={pledge_key} /p/{promised}/messages?k={sent_key}
/p/{pledge} /p/{pledge}?k={paid_key} /p/{pledge}?k={sent_key} /p/{pledge}/change /p/{pledge}/withdraw?k={paid_key}
/p/{promised}/sent /p/{paid_pledge}/receipt/1.pdf /p/{paid_pledge}/receipt/1.pdf?k={pledge_key}
/p/{pledge}/receipt/1.pdf?k={pledge_key} /p/{paid_pledge}/receipt/1 /p/{paid_pledge}/receipt/1?k={pledge_key}
/statements/{statement_link}/1999/documents.zip
/p/{paid_pledge}/credit-notes/{year}-1 /p/{paid_pledge}/credit-notes/{year}-1.pdf?k={pledge_key}
/p/{unbilled}/invoice /p/{unbilled}/invoice?k={pledge_key}
/documents/{invoice} /documents/{invoice}?k={unbilled_key} /documents/{invoice}.pdf /documents/no-such?k={invoice_key}
/p/{left_pledge}/rest/{share} /p/{left_pledge}/rest/{undecided}?k={left_key} /p/{pledge}/rest/{share}?k={pledge_key}
/reply/{private} /reply/{unsubscribe} /unsubscribe/{unsign} /asks/remove/{unsubscribe} /asks/confirm/{follow}
/apply/nowhere/form /apply/nowhere/helper
"""

SPENT = """
/confirm/{reset} /password/reset/{sign_up} /account/email/{reset} /invitations/{follow} /follow/{pledge_token}
/privacy/data/{reset} /apply/secret/new/{reset}
/vouch/{reset} /vouch/{enrol} /guardian/{vouch} /school/{guardian}
/school/{guardian}/payout /receipt/{enrol} /guardian/agreed/{pledge_key}
/p/renew/{pledge_token} /p/several/confirm/{pledge_token}
/statements/{reset} /statements/{address_link}/2026 /statements/{reset}/2026.pdf /statements/{reset}/2026.csv
"""


class Door(NamedTuple):
    """One line of the table."""

    level: str
    method: str
    path: str
    status: int
    student: bool

    @property
    def name(self) -> str:
        """What the line is called."""
        return f"{self.method} {self.path}"


def _door(line: str) -> Door:
    level, method, path, *more = line.split()
    status = next((int(word) for word in more if word.isdecimal()), 0)
    return Door(level, method, path, status, "student" in more)


ALL = [_door(line) for line in DOORS.splitlines() if line.strip()]
GETS = [door for door in ALL if door.method == "GET"]
POSTS = [door for door in ALL if door.method == "POST"]
