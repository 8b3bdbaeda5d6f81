"""Who may do what: every address for people who are signed in, written out a second time on purpose.

Each line: method, address, who may. `{…}` comes from the world. Who may is given by roles in Lantern (`team` is
any of the five), roles in Vouch, or a name; `-name` takes somebody out who holds such a role but had a hand in the
case: Sara wrote everything, Tess proposed every payment, Vivian voted on every student. `+fresh` asks for a fresh
password, `+factor` for a second factor of everybody. `nobody` may: such a step does not exist.
"""

from typing import NamedTuple

TEAM = frozenset({"organiser", "member", "vetter", "officer", "treasurer"})

TABLE = """
GET  /account                                            anyone
POST /account                                            anyone
GET  /account/password                                   anyone
POST /account/password                                   anyone
GET  /account/email                                      anyone
POST /account/email                                      anyone
GET  /account/reauthenticate                             anyone
POST /account/reauthenticate                             anyone
GET  /account/sessions                                   anyone
POST /account/sessions/{my_session}/end                  anyone
POST /account/sessions/{ritas_session}/end               rita
POST /account/sessions/end-others                        anyone
GET  /account/second-factor/set-up                       anyone +fresh
POST /account/second-factor/set-up                       anyone +fresh
GET  /account/second-factor/recovery-codes               anyone
POST /account/second-factor/recovery-codes               anyone
GET  /account/data                                       anyone +fresh
POST /account/data                                       anyone +fresh
POST /account/data/erase                                 anyone +fresh

GET  /a                                                  anyone
GET  /a/{slug}/                                          team
GET  /communities/new                                    anyone
POST /communities/new                                    anyone
GET  /a/{slug}/settings                                  team
POST /a/{slug}/settings                                  organiser
GET  /a/{slug}/settings/bank                             treasurer +fresh
POST /a/{slug}/settings/bank                             treasurer +fresh
GET  /a/{slug}/settings/legal                            treasurer +fresh
POST /a/{slug}/settings/legal                            treasurer +fresh
GET  /a/{slug}/team                                      team
POST /a/{slug}/team                                      organiser
POST /a/{slug}/team/invitations/{invitation}/resend      organiser
POST /a/{slug}/team/invitations/{invitation}/withdraw    organiser
GET  /a/{slug}/team/{membership}/end                     team
POST /a/{slug}/team/{membership}/end                     organiser leo
POST /a/{slug}/team/{my_membership}/end                  team

GET  /a/{slug}/applications                              vetter officer
GET  /a/{slug}/applications/{submitted}                  vetter officer
POST /a/{slug}/applications/{submitted}/review           vetter officer
GET  /a/{slug}/applications/{in_review}/question         vetter officer
POST /a/{slug}/applications/{in_review}/question         vetter officer
GET  /a/{slug}/applications/{approved}/identity          vetter officer +fresh
POST /a/{slug}/applications/{approved}/identity          vetter officer +fresh
POST /a/{slug}/applications/{approved}/papers/{paper}    vetter officer +fresh
GET  /a/{slug}/applications/{approved}/consent           officer
POST /a/{slug}/applications/{approved}/consent           officer
POST /a/{slug}/applications/{approved}/consent/withdraw  officer
GET  /a/{slug}/applications/{helped}/secret              vetter officer -vivian +fresh
POST /a/{slug}/applications/{helped}/secret              vetter officer -vivian +fresh

POST /a/{slug}/applications.csv                          vetter officer
GET  /a/{slug}/applications/import                       organiser member
POST /a/{slug}/applications/import                       organiser member
GET  /a/{slug}/applications/import/template.csv          organiser member
GET  /a/{slug}/applications/imports/{import_run}         organiser member
GET  /a/{slug}/applications/imports/{import_run}/problems.csv  organiser member
POST /a/{slug}/applications/imports/{import_run}/codes   marta +fresh
GET  /a/{slug}/applications/{approved}/people            vetter officer
GET  /a/{slug}/applications/{approved}/people/referee    vetter officer
POST /a/{slug}/applications/{approved}/people/referee    vetter officer
GET  /a/{slug}/applications/{approved}/people/guardian   vetter officer
POST /a/{slug}/applications/{approved}/people/guardian   vetter officer
GET  /a/{slug}/applications/{approved}/people/school     vetter officer
POST /a/{slug}/applications/{approved}/people/school     vetter officer
POST /a/{slug}/applications/{approved}/people/{asked_by_team}/again     vetter officer
POST /a/{slug}/applications/{approved}/people/{asked_by_team}/withdraw  vetter officer
GET  /a/{slug}/school-accounts                           organiser treasurer officer +fresh
POST /a/{slug}/school-accounts/{school_account}/confirm  treasurer +fresh
POST /a/{slug}/school-accounts/{school_account}/refuse   treasurer +fresh
POST /a/{slug}/school-accounts/{used_account}/second     organiser treasurer officer -tomas +fresh +factor
GET  /a/{slug}/school-accounts/{used_account}/stop       organiser treasurer officer +fresh
POST /a/{slug}/school-accounts/{used_account}/stop       organiser treasurer officer +fresh

GET  /a/{slug}/messages                                  officer moderator
GET  /a/{slug}/messages/{held}                           officer moderator -sara
POST /a/{slug}/messages/{held}/approve                   officer moderator -sara
POST /a/{slug}/messages/{held}/check                     officer moderator -sara
POST /a/{slug}/messages/{held}/return                    officer moderator -sara
POST /a/{slug}/conversations/{with_student}/close        officer moderator
GET  /a/{slug}/conversations                             organiser member
GET  /a/{slug}/conversations/{with_group}                organiser member
POST /a/{slug}/conversations/{with_group}                organiser member
GET  /a/{slug}/showcase                                  vetter officer
GET  /a/{slug}/showcase/{work}                           vetter officer
POST /a/{slug}/showcase/{work}/approve                   vetter officer -sara
POST /a/{slug}/showcase/{work}/return                    vetter officer -sara
POST /a/{slug}/showcase/{shown_work}/withdraw            officer
GET  /a/{slug}/showcase/{work}/picture                   vetter officer
GET  /a/{slug}/applications/{supported}/departure        vetter officer
POST /a/{slug}/applications/{supported}/departure        vetter officer
POST /a/{slug}/applications/{leaving}/departure/confirm  vetter officer -vivian
POST /a/{slug}/applications/{leaving}/departure/dismiss  vetter officer
GET  /a/{slug}/applications/{supported}/outcome          vetter officer
POST /a/{slug}/applications/{supported}/outcome          vetter officer
POST /a/{slug}/applications/{completed}/outcome/approve  officer
GET  /a/{slug}/departures                                organiser treasurer
GET  /a/{slug}/departures/{departure}                    organiser treasurer
GET  /a/{slug}/departures/{departure}/{undecided}        organiser treasurer
POST /a/{slug}/departures/{departure}/{undecided}        organiser treasurer
GET  /a/{slug}/campaigns/{group}/replacement             organiser member
POST /a/{slug}/campaigns/{group}/replacement             organiser member
GET  /a/{slug}/applications/{approved}/data              officer +fresh
POST /a/{slug}/applications/{approved}/data              officer +fresh
GET  /a/{slug}/applications/{approved}/erase             officer +fresh
POST /a/{slug}/applications/{approved}/erase             officer +fresh
GET  /break-glass                                        organiser officer administrator otto hana hedda +factor
GET  /break-glass/open/{approved}                        officer administrator +fresh +factor
POST /break-glass/open/{approved}                        officer administrator +fresh +factor
GET  /break-glass/{glass}                                organiser officer administrator +factor
POST /break-glass/{glass}/read                           ada +fresh +factor
POST /break-glass/{glass}/papers/{paper}                 ada +fresh +factor
POST /break-glass/{glass}/end                            ada +factor
POST /break-glass/{glass}/acknowledge                    organiser officer +factor
GET  /admin/retention                                    administrator

GET  /a/{slug}/applications/{checked}/needs              vetter officer
GET  /a/{slug}/applications/{checked}/needs/{own_need}/verify       vetter officer
POST /a/{slug}/applications/{checked}/needs/{own_need}/verify       vetter officer
GET  /a/{slug}/applications/{checked}/needs/{own_need}/correct      vetter officer
POST /a/{slug}/applications/{checked}/needs/{own_need}/correct      vetter officer
GET  /a/{slug}/applications/{funded}/needs/{tuition}/change      vetter officer
POST /a/{slug}/applications/{funded}/needs/{tuition}/change      vetter officer
GET  /a/{slug}/need-changes/{change}                     vetter officer
POST /a/{slug}/need-changes/{change}                     officer
GET  /a/{slug}/refund-wishes                             organiser treasurer
POST /a/{slug}/refund-wishes/{wish}                      treasurer
GET  /a/{slug}/applications/{scoring}/score              vetter officer -vivian
POST /a/{slug}/applications/{scoring}/score              vetter officer -vivian
POST /a/{slug}/applications/{scoring}/hand-back          vetter officer -vivian
GET  /a/{slug}/applications/{scoring}/conflict           vetter officer -vivian
POST /a/{slug}/applications/{scoring}/conflict           vetter officer -vivian
GET  /a/{slug}/applications/{scoring}/conflicts/{namesake}  officer
POST /a/{slug}/applications/{scoring}/conflicts/{namesake}  officer
GET  /a/{slug}/applications/{ready}/decision             vetter officer
POST /a/{slug}/applications/{ready}/decision             vetter officer
GET  /a/{slug}/applications/decide?ref={ready}           vetter officer
POST /a/{slug}/applications/decide?ref={ready}           vetter officer
GET  /a/{slug}/interests                                 vetter officer
POST /a/{slug}/interests                                 vetter officer
POST /a/{slug}/interests/{interest}/end                  safiya
GET  /a/{slug}/settings/rubric                           organiser
POST /a/{slug}/settings/rubric                           organiser
GET  /a/{slug}/settings/places                           organiser
POST /a/{slug}/settings/places                           organiser

GET  /a/{slug}/campaigns                                 team
GET  /a/{slug}/campaigns/new                             organiser member
POST /a/{slug}/campaigns/new                             organiser member
GET  /a/{slug}/campaigns/{draft}                         team
GET  /a/{slug}/campaigns/{draft}/edit                    organiser member
POST /a/{slug}/campaigns/{draft}/edit                    organiser member
GET  /a/{slug}/campaigns/{draft}/preview                 team
GET  /a/{slug}/campaigns/{reviewing}/review              organiser member vetter officer -sara
POST /a/{slug}/campaigns/{reviewing}/review              organiser member vetter officer -sara
POST /a/{slug}/campaigns/{draft}/submit                  organiser member
POST /a/{slug}/campaigns/{reviewing}/take-back           organiser member
POST /a/{slug}/campaigns/{revised}/drop-changes          organiser member
POST /a/{slug}/campaigns/{live}/pause                    organiser member officer
POST /a/{slug}/campaigns/{paused}/resume                 organiser member
POST /a/{slug}/campaigns/{live}/close                    organiser
POST /a/{slug}/campaigns/{unpledged}/cancel              organiser
POST /a/{slug}/campaigns/{reporting}/finish              organiser
POST /a/{slug}/campaigns/{live}/whatever                 nobody

GET  /a/{slug}/asks                                      team
GET  /a/{slug}/asks/new?campaign={live}&company={company}  organiser member
POST /a/{slug}/asks/new?campaign={live}&company={company}  organiser member
GET  /a/{slug}/asks/{drafted}                            team moderator
GET  /a/{slug}/asks/{drafted}/edit                       organiser member
POST /a/{slug}/asks/{drafted}/edit                       organiser member
POST /a/{slug}/asks/{drafted}/read                       organiser member vetter officer moderator -sara
POST /a/{slug}/asks/{moderated}/send                     organiser member
POST /a/{slug}/asks/{private}/publish                    organiser member
POST /a/{slug}/asks/{public}/close                       organiser member

GET  /a/{slug}/campaigns/{live}/updates/new              organiser member
POST /a/{slug}/campaigns/{live}/updates/new              organiser member
GET  /a/{slug}/updates                                   team
GET  /a/{slug}/updates/{draft_update}                    team
POST /a/{slug}/updates/{draft_update}                    sara
POST /a/{slug}/updates/{draft_update}/review             sara
POST /a/{slug}/updates/{draft_update}/publish            sara
POST /a/{slug}/updates/{reviewing_update}/approve        organiser member vetter officer -sara
POST /a/{slug}/updates/{reviewing_update}/give-back      organiser member vetter officer -sara
POST /a/{slug}/updates/{published}/withdraw              organiser member officer

GET  /a/{slug}/pledges                                   organiser treasurer
GET  /a/{slug}/pledges.csv                               organiser treasurer
POST /a/{slug}/pledges/{pledge}/message                  organiser

GET  /a/{slug}/offers                                    organiser treasurer
GET  /a/{slug}/offers/{gift}/accept                      organiser treasurer
POST /a/{slug}/offers/{gift}/accept                      organiser
GET  /a/{slug}/offers/{hold}/end                         organiser treasurer
POST /a/{slug}/offers/{hold}/end                         organiser treasurer

GET  /a/{slug}/money                                     organiser treasurer
GET  /a/{slug}/money/pool                                organiser treasurer
GET  /a/{slug}/money/pool/{pool}                         treasurer
POST /a/{slug}/money/pool/{pool}                         treasurer
GET  /a/{slug}/money/owed/{owed}                         organiser treasurer
POST /a/{slug}/money/owed/{owed}                         treasurer +fresh
GET  /a/{slug}/money/cases                               organiser treasurer
GET  /a/{slug}/money/cases/{case}                        treasurer
POST /a/{slug}/money/cases/{case}                        treasurer
GET  /a/{slug}/money/cases/{aside}/refund                treasurer +fresh
POST /a/{slug}/money/cases/{aside}/refund                treasurer +fresh
GET  /a/{slug}/money/pledges/{paid_pledge}               organiser treasurer
GET  /a/{slug}/money/receipts/{receipt}/refund           treasurer +fresh
POST /a/{slug}/money/receipts/{receipt}/refund           treasurer +fresh
GET  /a/{slug}/money/record                              treasurer
GET  /a/{slug}/money/record/{reference}                  treasurer
POST /a/{slug}/money/record/{reference}                  treasurer
GET  /a/{slug}/money/entries                             organiser treasurer
GET  /a/{slug}/money/entries/{entry}                     treasurer
GET  /a/{slug}/money/entries/{entry}/split               treasurer
POST /a/{slug}/money/entries/{entry}/split               treasurer
POST /a/{slug}/money/entries/{entry}/confirm             treasurer
POST /a/{slug}/money/entries/confirm                     treasurer
POST /a/{slug}/money/entries/{unmatched}/match           treasurer
POST /a/{slug}/money/entries/{entry}/ignore              treasurer
POST /a/{slug}/money/entries/{unmatched}/repays          treasurer
POST /a/{slug}/money/entries/{ignored}/take-up           treasurer
GET  /a/{slug}/money/import                              treasurer
POST /a/{slug}/money/import                              treasurer
GET  /a/{slug}/money/documents                           organiser treasurer
GET  /a/{slug}/money/documents/batch                     organiser treasurer
GET  /a/{slug}/money/documents/batch.zip?{this_year}     organiser treasurer
GET  /a/{slug}/money/documents/{invoice}                 organiser treasurer
GET  /a/{slug}/money/documents/{invoice}.pdf             organiser treasurer
GET  /a/{slug}/money/documents/{invoice}/cancel          treasurer
POST /a/{slug}/money/documents/{invoice}/cancel          treasurer
GET  /a/{slug}/money/documents/new/{unbilled}            treasurer
POST /a/{slug}/money/documents/new/{unbilled}            treasurer
GET  /money/cases                                        administrator
GET  /money/cases/{unclaimed}                            administrator
POST /money/cases/{unclaimed}                            administrator

GET  /a/{slug}/disbursements                             organiser treasurer
GET  /a/{slug}/disbursements/new?campaign={live}         treasurer -vivian +fresh
POST /a/{slug}/disbursements/new?campaign={live}         treasurer -vivian +fresh
GET  /a/{slug}/disbursements/{proposed}                  organiser treasurer
GET  /a/{slug}/disbursements/{proposed}/release          organiser treasurer -tess -vivian +fresh +factor
POST /a/{slug}/disbursements/{proposed}/release          organiser treasurer -tess -vivian +fresh +factor
POST /a/{slug}/disbursements/{by_stripe}/transfer        organiser treasurer -tess +fresh +factor
POST /a/{slug}/disbursements/{proposed}/look-again       treasurer +fresh
GET  /a/{slug}/disbursements/{released}/proof            treasurer
POST /a/{slug}/disbursements/{released}/proof            treasurer
GET  /a/{slug}/disbursements/plan/{live}/mwangaza        treasurer +fresh
POST /a/{slug}/disbursements/plan/{live}/mwangaza        treasurer +fresh
GET  /a/{slug}/disbursements/{released}/return           treasurer +fresh
POST /a/{slug}/disbursements/{released}/return           treasurer +fresh
POST /a/{slug}/disbursements/{released}/ask              treasurer
GET  /a/{slug}/disbursements/{differs}/accept            treasurer
POST /a/{slug}/disbursements/{differs}/accept            treasurer
POST /a/{slug}/disbursements/{proposed}/approve          organiser treasurer -tess -vivian +fresh +factor
GET  /a/{slug}/disbursements/batches                     treasurer +fresh
POST /a/{slug}/disbursements/batches                     treasurer +fresh
GET  /a/{slug}/disbursements/batches/{batch}             organiser treasurer
POST /a/{slug}/disbursements/batches/{batch}/download    treasurer +fresh
GET  /a/{slug}/disbursements/batches/{batch}/void        organiser treasurer -tomas +fresh +factor
POST /a/{slug}/disbursements/batches/{batch}/void        organiser treasurer -tomas +fresh +factor
GET  /a/{slug}/disbursements/{ordered}/settle            treasurer +fresh
POST /a/{slug}/disbursements/{ordered}/settle            treasurer +fresh
GET  /a/{slug}/disbursements/{proposed}/cancel           organiser treasurer
POST /a/{slug}/disbursements/{proposed}/cancel           organiser treasurer

GET  /s                                                  anyone
GET  /s/{company}/                                       cora finn viola
GET  /s/{company}/pledges                                cora finn viola
GET  /s/{company}/pledges/{company_pledge}               cora finn viola
GET  /s/{company}/asks                                   cora finn viola
GET  /s/{company}/pay                                    cora finn viola
POST /s/{company}/pay                                    cora finn
GET  /s/{company}/transfers/{transfer}                   cora finn viola
POST /s/{company}/transfers/{transfer}/cancel            cora finn
POST /s/{company}/cards/{company_card}/remove            cora finn
GET  /s/{company}/people                                 cora finn viola administrator
POST /s/{company}/people                                 cora administrator
POST /s/{company}/people/invitations/{company_invitation}/withdraw  cora administrator
GET  /s/{company}/people/{company_member}/end            cora finn viola administrator
POST /s/{company}/people/{company_member}/end            cora viola administrator
GET  /s/{company}/approvals                              cora finn viola
POST /s/{company}/approvals/limit                        cora
GET  /s/{company}/propose                                cora finn viola
POST /s/{company}/propose                                cora finn viola
GET  /s/{company}/approvals/{proposal}                   cora finn viola
POST /s/{company}/approvals/{proposal}                   cora finn
GET  /s/{company}/documents                              cora finn viola
POST /s/{company}/documents                              cora finn
POST /s/{company}/documents/links/{finance_link}/revoke  cora finn
GET  /s/{company}/pack.zip                               cora finn viola
GET  /company-claims                                     administrator
POST /company-claims/{claim}                             administrator

GET  /a/{slug}/files/{document}                          organiser treasurer officer
GET  /a/{slug}/files/{image}                             team
"""


class Row(NamedTuple):
    """One line of the table."""

    method: str
    path: str
    who: frozenset[str]
    never: frozenset[str]
    asks: frozenset[str]

    @property
    def name(self) -> str:
        """What the line is called."""
        return f"{self.method} {self.path}"

    def allows(self, roles: frozenset[str]) -> bool:
        """Whether somebody who is all of this may."""
        return bool(self.who & roles) and not self.never & roles

    def needs_factor(self, roles: frozenset[str], always: frozenset[str]) -> bool:
        """Whether every role that lets them in (`always` are those) asks for a second factor, or the line does."""
        return "factor" in self.asks or self.who & roles <= always


def _row(line: str) -> Row:
    method, path, *words = line.split()
    who: set[str] = set()
    for word in words:
        if word[0] not in "-+":
            who |= TEAM if word == "team" else {word}
    never = frozenset(word[1:] for word in words if word[0] == "-")
    asks = frozenset(word[1:] for word in words if word[0] == "+")
    return Row(method, path, frozenset(who), never, asks)


ROWS = [_row(line) for line in TABLE.splitlines() if line.strip()]
