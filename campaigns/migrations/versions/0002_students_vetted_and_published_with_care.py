"""Students vetted and published with care"""

import sqlalchemy as sa
from alembic import op

# What is known of a student moves under a key of their own, so this step has to open and seal with the keys in use.
from campaigns.kit import crypto, envelope

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

PERSONAL = {  # table: (its key to the application, {column: the context that it is sealed in})
    'application': ('id', {'story': 'Application.story', 'applicant_email': 'Application.applicant_email'}),
    'application_identity': ('application_id', {
        'legal_name': 'Identity.legal_name', 'birth_date': 'Identity.birth_date', 'contact': 'Identity.contact',
        'guardian_name': 'Identity.guardian_name', 'guardian_contact': 'Identity.guardian_contact',
    }),
    'application_question': ('application_id', {'text': 'Question.text', 'answer': 'Question.answer'}),
    'application_decision': ('application_id', {'note': 'Decision.note'}),
    'consent': ('application_id', {'giver_name': 'Consent.giver_name'}),
}
PLAIN = {'story', 'text', 'answer', 'note'}  # were not sealed at all before

# table: (checks to drop, checks to add); autogeneration never looks at them
CHECKS = {
    'application': (['ck_application_stage'], {
        'ck_application_confirmed': 'confirmed_at IS NULL OR handed_over_at IS NOT NULL',
        'ck_application_handed_over': 'handed_over_at IS NULL OR helper_role IS NOT NULL',
        'ck_application_helped': "helper_role IS NULL OR handed_over_at IS NOT NULL OR stage = 'draft'",
        'ck_application_helperrole': "helper_role IN ('teacher', 'school_staff', 'social_worker', 'volunteer', 'relative', 'other')",
        'ck_application_reset': '(reset_hash IS NULL) = (reset_until IS NULL)',
        'ck_application_score': 'score BETWEEN 0 AND 100',
        'ck_application_scored': '(score IS NULL) = (recommended IS NULL)',
        'ck_application_stage': "stage IN ('draft', 'submitted', 'in_review', 'more_info', 'approved', 'waitlisted', 'declined', 'appealed', 'supported', 'completed', 'left')",
        'ck_application_tries': 'tries >= 0 AND (tries = 0 OR tried_at IS NOT NULL)',
        'ck_application_verdict': "recommended IN ('approve', 'waitlist', 'decline')",
    }),
    'application_decision': (['ck_application_decision_reason', 'ck_application_decision_reason_fits', 'ck_application_decision_verdict'], {
        'ck_application_decision_reason': "reason IN ('school_confirmed', 'documents_seen', 'referee_vouched', 'no_place_yet', 'others_first', 'need_not_shown', 'school_not_confirmed', 'out_of_scope', 'applied_twice', 'place_came_free')",
        'ck_application_decision_reason_fits': "verdict = 'approve' AND reason IN ('school_confirmed', 'documents_seen', 'referee_vouched', 'place_came_free') OR verdict = 'waitlist' AND reason IN ('no_place_yet', 'others_first') OR verdict = 'decline' AND reason IN ('need_not_shown', 'school_not_confirmed', 'out_of_scope', 'applied_twice')",
        'ck_application_decision_verdict': "verdict IN ('approve', 'waitlist', 'decline')",
    }),
    'budget_line': ([], {
        'ck_budget_line_agreed': 'agreed >= 0 AND agreed <= asked_again',
    }),
    'community': ([], {
        'ck_community_answer_after_closing': 'answer_by >= closes_on',
        'ck_community_closing_dates': '(closes_on IS NULL) = (answer_by IS NULL)',
    }),
    'consent': (['ck_consent_purpose'], {
        'ck_consent_channel': "channel IN ('together', 'mailed', 'passed_on')",
        'ck_consent_purpose': "purpose IN ('apply', 'publish_text', 'share_with_sponsor', 'publish_image', 'showcase')",
    }),
    'file': (['ck_file_filekind'], {
        'ck_file_filekind': "kind IN ('image', 'document', 'sealed')",
    }),
    'instalment': (['ck_instalment_instalmentstate'], {
        'ck_instalment_instalmentstate': "state IN ('scheduled', 'due', 'overdue', 'paid', 'lapsed', 'cancelled', 'returned')",
    }),
    'payment_case': (['ck_payment_case_casekind'], {
        'ck_payment_case_casekind': "kind IN ('amount_mismatch', 'paid_after_end', 'overpaid', 'key_reused', 'provider_says_otherwise', 'refund_seen', 'refund_due')",
    }),
}
CHECKS_BEFORE = {
    'application': (['ck_application_confirmed', 'ck_application_handed_over', 'ck_application_helped', 'ck_application_helperrole', 'ck_application_reset', 'ck_application_score', 'ck_application_scored', 'ck_application_stage', 'ck_application_tries', 'ck_application_verdict'], {
        'ck_application_stage': "stage IN ('draft', 'submitted', 'in_review', 'more_info', 'approved', 'declined', 'supported', 'completed', 'left')",
    }),
    'application_decision': (['ck_application_decision_reason', 'ck_application_decision_reason_fits', 'ck_application_decision_verdict'], {
        'ck_application_decision_reason': "reason IN ('school_confirmed', 'documents_seen', 'referee_vouched', 'need_not_shown', 'school_not_confirmed', 'out_of_scope', 'applied_twice')",
        'ck_application_decision_reason_fits': "verdict = 'approve' AND reason IN ('school_confirmed', 'documents_seen', 'referee_vouched') OR verdict = 'decline' AND reason IN ('need_not_shown', 'school_not_confirmed', 'out_of_scope', 'applied_twice')",
        'ck_application_decision_verdict': "verdict IN ('approve', 'decline')",
    }),
    'budget_line': (['ck_budget_line_agreed'], {
    }),
    'community': (['ck_community_answer_after_closing', 'ck_community_closing_dates'], {
    }),
    'consent': (['ck_consent_channel', 'ck_consent_purpose'], {
        'ck_consent_purpose': "purpose IN ('apply', 'publish_text', 'share_with_sponsor', 'publish_image')",
    }),
    'file': (['ck_file_filekind'], {
        'ck_file_filekind': "kind IN ('image', 'document')",
    }),
    'instalment': (['ck_instalment_instalmentstate'], {
        'ck_instalment_instalmentstate': "state IN ('scheduled', 'due', 'overdue', 'paid', 'lapsed', 'cancelled')",
    }),
    'payment_case': (['ck_payment_case_casekind'], {
        'ck_payment_case_casekind': "kind IN ('amount_mismatch', 'paid_after_end', 'overpaid', 'key_reused', 'provider_says_otherwise', 'refund_seen')",
    }),
}

# (database, statement): what tables carry beside their columns; those that SQLite has rebuilt lost theirs
GUARDS = [
    ('sqlite', "CREATE TRIGGER application_decision_refuses BEFORE INSERT ON application_decision BEGIN SELECT RAISE(ABORT, 'nobody decides with a conflict of interest') WHERE EXISTS (SELECT 1 FROM conflict_of_interest c WHERE c.application_id = NEW.application_id AND c.user_id = NEW.voter_id AND c.overruled_at IS NULL AND c.kind <> 'saw_identity'); SELECT RAISE(ABORT, 'nobody decides an appeal against themselves') WHERE EXISTS (SELECT 1 FROM appeal p WHERE p.application_id = NEW.application_id AND p.round < NEW.round AND (EXISTS (SELECT 1 FROM score_sheet s WHERE s.application_id = p.application_id AND s.round <= p.round AND (s.vetter_id = NEW.voter_id OR s.vetter_email = NEW.voter_email)) OR EXISTS (SELECT 1 FROM application_decision d WHERE d.application_id = p.application_id AND d.round <= p.round AND (d.voter_id = NEW.voter_id OR d.voter_email = NEW.voter_email)))); END"),
    ('postgresql', "CREATE OR REPLACE FUNCTION application_decision_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM conflict_of_interest c WHERE c.application_id = NEW.application_id AND c.user_id = NEW.voter_id AND c.overruled_at IS NULL AND c.kind <> 'saw_identity') THEN RAISE EXCEPTION 'nobody decides with a conflict of interest' USING ERRCODE = 'integrity_constraint_violation'; END IF; IF EXISTS (SELECT 1 FROM appeal p WHERE p.application_id = NEW.application_id AND p.round < NEW.round AND (EXISTS (SELECT 1 FROM score_sheet s WHERE s.application_id = p.application_id AND s.round <= p.round AND (s.vetter_id = NEW.voter_id OR s.vetter_email = NEW.voter_email)) OR EXISTS (SELECT 1 FROM application_decision d WHERE d.application_id = p.application_id AND d.round <= p.round AND (d.voter_id = NEW.voter_id OR d.voter_email = NEW.voter_email)))) THEN RAISE EXCEPTION 'nobody decides an appeal against themselves' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"),
    ('postgresql', 'CREATE TRIGGER application_decision_refuses BEFORE INSERT ON application_decision FOR EACH ROW EXECUTE FUNCTION application_decision_refuses()'),
    ('sqlite', "CREATE TRIGGER ask_two_insert AFTER INSERT ON ask WHEN NEW.state <> 'drafted' AND NEW.concerns_minor AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'ask' AND approval.subject_id = NEW.id AND approval.content_hash = (SELECT letter.content_hash FROM letter WHERE letter.ask_id = NEW.id ORDER BY letter.version DESC LIMIT 1) AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) BEGIN SELECT RAISE(ABORT, 'two people have to approve what is published about a minor'); END"),
    ('sqlite', "CREATE TRIGGER ask_two_update AFTER UPDATE ON ask WHEN NEW.state <> 'drafted' AND NEW.concerns_minor AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'ask' AND approval.subject_id = NEW.id AND approval.content_hash = (SELECT letter.content_hash FROM letter WHERE letter.ask_id = NEW.id ORDER BY letter.version DESC LIMIT 1) AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) BEGIN SELECT RAISE(ABORT, 'two people have to approve what is published about a minor'); END"),
    ('postgresql', "CREATE OR REPLACE FUNCTION ask_two_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.state <> 'drafted' AND NEW.concerns_minor AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'ask' AND approval.subject_id = NEW.id AND approval.content_hash = (SELECT letter.content_hash FROM letter WHERE letter.ask_id = NEW.id ORDER BY letter.version DESC LIMIT 1) AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) THEN RAISE EXCEPTION 'two people have to approve what is published about a minor' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"),
    ('postgresql', 'CREATE TRIGGER ask_two_insert AFTER INSERT ON ask FOR EACH ROW EXECUTE FUNCTION ask_two_insert()'),
    ('postgresql', "CREATE OR REPLACE FUNCTION ask_two_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.state <> 'drafted' AND NEW.concerns_minor AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'ask' AND approval.subject_id = NEW.id AND approval.content_hash = (SELECT letter.content_hash FROM letter WHERE letter.ask_id = NEW.id ORDER BY letter.version DESC LIMIT 1) AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) THEN RAISE EXCEPTION 'two people have to approve what is published about a minor' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"),
    ('postgresql', 'CREATE TRIGGER ask_two_update AFTER UPDATE ON ask FOR EACH ROW EXECUTE FUNCTION ask_two_update()'),
    ('sqlite', "CREATE TRIGGER campaign_two_insert AFTER INSERT ON campaign WHEN NEW.state NOT IN ('draft', 'in_review', 'cancelled') AND NEW.concerns_minor AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'campaign' AND approval.subject_id = NEW.id AND approval.content_hash = NEW.content_hash AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) BEGIN SELECT RAISE(ABORT, 'two people have to approve what is published about a minor'); END"),
    ('sqlite', "CREATE TRIGGER campaign_two_update AFTER UPDATE ON campaign WHEN NEW.state NOT IN ('draft', 'in_review', 'cancelled') AND NEW.concerns_minor AND (NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'campaign' AND approval.subject_id = NEW.id AND approval.content_hash = NEW.content_hash AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) OR ((NEW.title IS NOT OLD.title OR NEW.summary IS NOT OLD.summary OR NEW.story IS NOT OLD.story OR NEW.story_html IS NOT OLD.story_html OR (NEW.cover_id IS NOT NULL AND (NEW.cover_id IS NOT OLD.cover_id OR NEW.cover_alt IS NOT OLD.cover_alt))) AND NOT (NEW.content_hash IS NOT OLD.content_hash))) BEGIN SELECT RAISE(ABORT, 'two people have to approve what is published about a minor'); END"),
    ('postgresql', "CREATE OR REPLACE FUNCTION campaign_two_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.state NOT IN ('draft', 'in_review', 'cancelled') AND NEW.concerns_minor AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'campaign' AND approval.subject_id = NEW.id AND approval.content_hash = NEW.content_hash AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) THEN RAISE EXCEPTION 'two people have to approve what is published about a minor' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"),
    ('postgresql', 'CREATE TRIGGER campaign_two_insert AFTER INSERT ON campaign FOR EACH ROW EXECUTE FUNCTION campaign_two_insert()'),
    ('postgresql', "CREATE OR REPLACE FUNCTION campaign_two_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.state NOT IN ('draft', 'in_review', 'cancelled') AND NEW.concerns_minor AND (NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'campaign' AND approval.subject_id = NEW.id AND approval.content_hash = NEW.content_hash AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) OR ((NEW.title IS DISTINCT FROM OLD.title OR NEW.summary IS DISTINCT FROM OLD.summary OR NEW.story IS DISTINCT FROM OLD.story OR NEW.story_html IS DISTINCT FROM OLD.story_html OR (NEW.cover_id IS NOT NULL AND (NEW.cover_id IS DISTINCT FROM OLD.cover_id OR NEW.cover_alt IS DISTINCT FROM OLD.cover_alt))) AND NOT (NEW.content_hash IS DISTINCT FROM OLD.content_hash))) THEN RAISE EXCEPTION 'two people have to approve what is published about a minor' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"),
    ('postgresql', 'CREATE TRIGGER campaign_two_update AFTER UPDATE ON campaign FOR EACH ROW EXECUTE FUNCTION campaign_two_update()'),
    ('sqlite', "CREATE TRIGGER campaign_search_added AFTER INSERT ON campaign BEGIN INSERT INTO campaign_search (rowid, title, summary, story, level) VALUES (new.id, new.title, new.summary, new.story, coalesce(new.level, '')); END"),
    ('sqlite', "CREATE TRIGGER campaign_search_changed AFTER UPDATE OF title, summary, story, level ON campaign BEGIN UPDATE campaign_search SET title = new.title, summary = new.summary, story = new.story, level = coalesce(new.level, '') WHERE rowid = new.id; END"),
    ('sqlite', 'CREATE TRIGGER campaign_search_removed AFTER DELETE ON campaign BEGIN DELETE FROM campaign_search WHERE rowid = old.id; END'),
    ('sqlite', "CREATE TRIGGER campaign_update_two_insert AFTER INSERT ON campaign_update WHEN NEW.state = 'published' AND NEW.concerns_minor AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'update' AND approval.subject_id = NEW.id AND approval.content_hash = NEW.content_hash AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) BEGIN SELECT RAISE(ABORT, 'two people have to approve what is published about a minor'); END"),
    ('sqlite', "CREATE TRIGGER campaign_update_two_update AFTER UPDATE ON campaign_update WHEN NEW.state = 'published' AND NEW.concerns_minor AND (NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'update' AND approval.subject_id = NEW.id AND approval.content_hash = NEW.content_hash AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) OR ((NEW.title IS NOT OLD.title OR NEW.body IS NOT OLD.body OR NEW.body_html IS NOT OLD.body_html) AND NOT (NEW.content_hash IS NOT OLD.content_hash))) BEGIN SELECT RAISE(ABORT, 'two people have to approve what is published about a minor'); END"),
    ('postgresql', "CREATE OR REPLACE FUNCTION campaign_update_two_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.state = 'published' AND NEW.concerns_minor AND NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'update' AND approval.subject_id = NEW.id AND approval.content_hash = NEW.content_hash AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) THEN RAISE EXCEPTION 'two people have to approve what is published about a minor' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"),
    ('postgresql', 'CREATE TRIGGER campaign_update_two_insert AFTER INSERT ON campaign_update FOR EACH ROW EXECUTE FUNCTION campaign_update_two_insert()'),
    ('postgresql', "CREATE OR REPLACE FUNCTION campaign_update_two_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.state = 'published' AND NEW.concerns_minor AND (NOT EXISTS (SELECT 1 FROM approval WHERE approval.id = NEW.approval_id AND approval.subject_type = 'update' AND approval.subject_id = NEW.id AND approval.content_hash = NEW.content_hash AND approval.second_at IS NOT NULL AND approval.voided_at IS NULL) OR ((NEW.title IS DISTINCT FROM OLD.title OR NEW.body IS DISTINCT FROM OLD.body OR NEW.body_html IS DISTINCT FROM OLD.body_html) AND NOT (NEW.content_hash IS DISTINCT FROM OLD.content_hash))) THEN RAISE EXCEPTION 'two people have to approve what is published about a minor' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"),
    ('postgresql', 'CREATE TRIGGER campaign_update_two_update AFTER UPDATE ON campaign_update FOR EACH ROW EXECUTE FUNCTION campaign_update_two_update()'),
    ('sqlite', "CREATE TRIGGER consent_no_update BEFORE UPDATE ON consent BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END"),
    ('sqlite', "CREATE TRIGGER consent_no_delete BEFORE DELETE ON consent BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END"),
    ('postgresql', "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"),
    ('postgresql', 'CREATE TRIGGER consent_no_change BEFORE UPDATE OR DELETE ON consent FOR EACH ROW EXECUTE FUNCTION refuse_change()'),
]
SEARCH = [
    ('sqlite', "CREATE TRIGGER campaign_search_added AFTER INSERT ON campaign BEGIN INSERT INTO campaign_search (rowid, title, summary, story, level) VALUES (new.id, new.title, new.summary, new.story, coalesce(new.level, '')); END"),
    ('sqlite', "CREATE TRIGGER campaign_search_changed AFTER UPDATE OF title, summary, story, level ON campaign BEGIN UPDATE campaign_search SET title = new.title, summary = new.summary, story = new.story, level = coalesce(new.level, '') WHERE rowid = new.id; END"),
    ('sqlite', 'CREATE TRIGGER campaign_search_removed AFTER DELETE ON campaign BEGIN DELETE FROM campaign_search WHERE rowid = old.id; END'),
]


def upgrade() -> None:
    """Go one step on."""
    _rebuild_quietly()
    op.create_table('retention_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.DateTime(), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('oldest', sa.JSON(), nullable=False),
    sa.CheckConstraint('finished_at IS NULL OR finished_at >= started_at', name=op.f('ck_retention_run_finished')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_run')),
    sa.UniqueConstraint('day', name=op.f('uq_retention_run_day'))
    )
    op.create_table('application_import',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=16), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('started_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'done', 'cleared', name='importstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('rows_total', sa.Integer(), nullable=False),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('rows_made', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('problems', sa.Text(), nullable=True),
    sa.Column('secret', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("(state = 'waiting') = (finished_at IS NULL)", name=op.f('ck_application_import_finished')),
    sa.CheckConstraint("state = 'waiting' OR content IS NULL", name=op.f('ck_application_import_file_forgotten')),
    sa.CheckConstraint('rows_done >= rows_made AND rows_done <= rows_total', name=op.f('ck_application_import_counts')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_application_import_organisation_id')),
    sa.ForeignKeyConstraint(['started_by_id'], ['account_user.id'], name=op.f('fk_application_import_started_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_import')),
    sa.UniqueConstraint('once', name=op.f('uq_application_import_once')),
    sa.UniqueConstraint('ref', name=op.f('uq_application_import_ref'))
    )
    with op.batch_alter_table('application_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_import_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_import_state'), ['state'], unique=False)

    op.create_table('approval',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject_type', sa.Enum('campaign', 'update', 'ask', name='subject', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_email', sa.String(length=254), nullable=False),
    sa.Column('first_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('first_email', sa.String(length=254), nullable=False),
    sa.Column('first_role', sa.Enum('organiser', 'member', 'vetter', 'safeguarding_officer', 'treasurer', 'company_admin', 'company_finance', 'company_viewer', 'moderator', 'administrator', name='role', native_enum=False, length=32), nullable=False),
    sa.Column('first_at', sa.DateTime(), nullable=False),
    sa.Column('first_answers', sa.JSON(), nullable=False),
    sa.Column('second_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('second_email', sa.String(length=254), nullable=True),
    sa.Column('second_role', sa.Enum('organiser', 'member', 'vetter', 'safeguarding_officer', 'treasurer', 'company_admin', 'company_finance', 'company_viewer', 'moderator', 'administrator', name='role', native_enum=False, length=32), nullable=True),
    sa.Column('second_at', sa.DateTime(), nullable=True),
    sa.Column('second_answers', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('voided_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("first_role IN ('organiser', 'member', 'vetter', 'safeguarding_officer', 'moderator') AND (second_role IS NULL OR second_role IN ('organiser', 'member', 'vetter', 'safeguarding_officer', 'moderator'))", name=op.f('ck_approval_roles')),
    sa.CheckConstraint("second_at IS NULL OR first_role = 'safeguarding_officer' OR second_role = 'safeguarding_officer'", name=op.f('ck_approval_an_officer')),
    sa.CheckConstraint('(second_by_id IS NULL) = (second_at IS NULL) AND (second_by_id IS NULL) = (second_role IS NULL) AND (second_by_id IS NULL) = (second_email IS NULL) AND (second_by_id IS NULL) = (second_answers IS NULL)', name=op.f('ck_approval_second_whole')),
    sa.CheckConstraint('author_email <> first_email AND (second_email IS NULL OR second_email NOT IN (first_email, author_email))', name=op.f('ck_approval_three_people')),
    sa.CheckConstraint('author_id <> first_by_id AND (second_by_id IS NULL OR second_by_id NOT IN (first_by_id, author_id))', name=op.f('ck_approval_three_accounts')),
    sa.CheckConstraint('second_at IS NULL OR second_at >= first_at', name=op.f('ck_approval_in_order')),
    sa.ForeignKeyConstraint(['author_id'], ['account_user.id'], name=op.f('fk_approval_author_id')),
    sa.ForeignKeyConstraint(['first_by_id'], ['account_user.id'], name=op.f('fk_approval_first_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_approval_organisation_id')),
    sa.ForeignKeyConstraint(['second_by_id'], ['account_user.id'], name=op.f('fk_approval_second_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval'))
    )
    with op.batch_alter_table('approval', schema=None) as batch_op:
        batch_op.create_index('uq_approval_subject', ['subject_type', 'subject_id', 'content_hash'], unique=True, sqlite_where=sa.text('voided_at IS NULL'), postgresql_where=sa.text('voided_at IS NULL'))

    op.create_table('community_places',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.CheckConstraint('count >= 0', name=op.f('ck_community_places_count')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_community_places_organisation_id')),
    sa.PrimaryKeyConstraint('organisation_id', name=op.f('pk_community_places'))
    )
    op.create_table('community_rubric',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('threshold', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('threshold BETWEEN 0 AND 100', name=op.f('ck_community_rubric_threshold')),
    sa.ForeignKeyConstraint(['made_by_id'], ['account_user.id'], name=op.f('fk_community_rubric_made_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_community_rubric_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_community_rubric')),
    sa.UniqueConstraint('organisation_id', 'version', name=op.f('uq_community_rubric_organisation_id_version'))
    )
    op.create_table('vetter_interest',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('school', 'domain', 'contact', 'place', name='interestkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('fingerprint', sa.String(length=64), nullable=True),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint("(kind = 'school') = (fingerprint IS NULL)", name=op.f('ck_vetter_interest_fingerprint')),
    sa.CheckConstraint("(kind = 'school') = (school_id IS NOT NULL)", name=op.f('ck_vetter_interest_school')),
    sa.ForeignKeyConstraint(['school_id'], ['organisation.id'], name=op.f('fk_vetter_interest_school_id')),
    sa.ForeignKeyConstraint(['user_id'], ['account_user.id'], name=op.f('fk_vetter_interest_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vetter_interest')),
    sa.UniqueConstraint('user_id', 'kind', 'fingerprint', name=op.f('uq_vetter_interest_user_id_kind_fingerprint')),
    sa.UniqueConstraint('user_id', 'school_id', name=op.f('uq_vetter_interest_user_id_school_id'))
    )
    op.create_table('appeal',
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_appeal_application_id')),
    sa.PrimaryKeyConstraint('application_id', name=op.f('pk_appeal'))
    )
    op.create_table('application_import_row',
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_import_row_application_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['import_id'], ['application_import.id'], name=op.f('fk_application_import_row_import_id')),
    sa.PrimaryKeyConstraint('import_id', 'line', name=op.f('pk_application_import_row')),
    sa.UniqueConstraint('application_id', name=op.f('uq_application_import_row_application_id'))
    )
    op.create_table('application_paper_promise',
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('fee_note', 'enrolment', 'report', 'other', name='documentkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('promise', sa.Enum('later', 'school', name='promise', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('said_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_paper_promise_application_id')),
    sa.PrimaryKeyConstraint('application_id', 'kind', name=op.f('pk_application_paper_promise'))
    )
    op.create_table('application_party',
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('own', 'referee', 'helper', 'saw_identity', 'knows_student', 'related', 'works_at_school', 'other', 'same_school', 'email_domain', 'same_contact', 'family_name', name='conflictkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.CheckConstraint("kind IN ('referee', 'helper')", name=op.f('ck_application_party_kind')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_party_application_id')),
    sa.PrimaryKeyConstraint('application_id', 'kind', 'fingerprint', name=op.f('pk_application_party'))
    )
    op.create_table('application_submission',
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_submission_application_id')),
    sa.PrimaryKeyConstraint('application_id', 'round', name=op.f('pk_application_submission'))
    )
    op.create_table('break_glass',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('opened_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.Enum('child_in_danger', 'legal_duty', 'student_asked', 'security', name='glassreason', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('opened_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('acknowledged_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('acknowledged_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('(acknowledged_by_id IS NULL) = (acknowledged_at IS NULL)', name=op.f('ck_break_glass_acknowledged')),
    sa.CheckConstraint('acknowledged_by_id IS NULL OR acknowledged_by_id <> opened_by_id', name=op.f('ck_break_glass_two_people')),
    sa.CheckConstraint('ended_at IS NULL OR ended_at >= opened_at', name=op.f('ck_break_glass_ended')),
    sa.ForeignKeyConstraint(['acknowledged_by_id'], ['account_user.id'], name=op.f('fk_break_glass_acknowledged_by_id')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_break_glass_application_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['account_user.id'], name=op.f('fk_break_glass_opened_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_break_glass_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_break_glass'))
    )
    with op.batch_alter_table('break_glass', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_break_glass_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_break_glass_opened_by_id'), ['opened_by_id'], unique=False)
        batch_op.create_index('ix_break_glass_organisation_id_acknowledged_at', ['organisation_id', 'acknowledged_at'], unique=False)

    op.create_table('community_rubric_weight',
    sa.Column('rubric_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('criterion', sa.Enum('need', 'place', 'plan', 'difference', 'costs', 'safety', name='criterion', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.CheckConstraint('weight BETWEEN 0 AND 5', name=op.f('ck_community_rubric_weight_weight')),
    sa.ForeignKeyConstraint(['rubric_id'], ['community_rubric.id'], name=op.f('fk_community_rubric_weight_rubric_id')),
    sa.PrimaryKeyConstraint('rubric_id', 'criterion', name=op.f('pk_community_rubric_weight'))
    )
    op.create_table('confirmation_request',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.Enum('referee', 'guardian', 'school', name='requestkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('open', 'answered', 'declined', 'expired', 'withdrawn', name='requeststate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('refusal', sa.Enum('cannot', 'wrong_person', name='refusal', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('email_print', sa.String(length=64), nullable=True),
    sa.Column('relation', sa.String(length=40), nullable=True),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('answered_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('sent_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('reminded_at', sa.DateTime(), nullable=True),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.Column('answered_hash', sa.String(length=64), nullable=True),
    sa.CheckConstraint("(kind = 'school') = (school_id IS NOT NULL)", name=op.f('ck_confirmation_request_school')),
    sa.CheckConstraint("(state = 'declined') = (refusal IS NOT NULL)", name=op.f('ck_confirmation_request_refused')),
    sa.CheckConstraint("(state IN ('answered', 'declined')) = (answered_at IS NOT NULL)", name=op.f('ck_confirmation_request_answered')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['account_user.id'], name=op.f('fk_confirmation_request_answered_by_id')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_confirmation_request_application_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['account_user.id'], name=op.f('fk_confirmation_request_asked_by_id')),
    sa.ForeignKeyConstraint(['school_id'], ['organisation.id'], name=op.f('fk_confirmation_request_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation_request')),
    sa.UniqueConstraint('answered_hash', name=op.f('uq_confirmation_request_answered_hash')),
    sa.UniqueConstraint('once', name=op.f('uq_confirmation_request_once'))
    )
    with op.batch_alter_table('confirmation_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_confirmation_request_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_confirmation_request_email_print'), ['email_print'], unique=False)
        batch_op.create_index('ix_confirmation_request_state_expires_at', ['state', 'expires_at'], unique=False)
        batch_op.create_index('uq_confirmation_request_open', ['application_id', 'kind'], unique=True, sqlite_where=sa.text("state = 'open' AND kind IN ('guardian', 'school')"), postgresql_where=sa.text("state = 'open' AND kind IN ('guardian', 'school')"))
        batch_op.create_index('uq_confirmation_request_referee', ['application_id', 'email_print'], unique=True, sqlite_where=sa.text("state = 'open' AND kind = 'referee'"), postgresql_where=sa.text("state = 'open' AND kind = 'referee'"))

    op.create_table('conflict_of_interest',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('own', 'referee', 'helper', 'saw_identity', 'knows_student', 'related', 'works_at_school', 'other', 'same_school', 'email_domain', 'same_contact', 'family_name', name='conflictkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('found_at', sa.DateTime(), nullable=False),
    sa.Column('overruled_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('overruled_at', sa.DateTime(), nullable=True),
    sa.Column('overruled_why', sa.Text(), nullable=True),
    sa.CheckConstraint("overruled_at IS NULL OR kind = 'family_name'", name=op.f('ck_conflict_of_interest_only_a_name')),
    sa.CheckConstraint('(overruled_at IS NULL) = (overruled_by_id IS NULL)', name=op.f('ck_conflict_of_interest_overruled_by')),
    sa.CheckConstraint('overruled_by_id IS NULL OR overruled_by_id <> user_id', name=op.f('ck_conflict_of_interest_not_by_self')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_conflict_of_interest_application_id')),
    sa.ForeignKeyConstraint(['overruled_by_id'], ['account_user.id'], name=op.f('fk_conflict_of_interest_overruled_by_id')),
    sa.ForeignKeyConstraint(['user_id'], ['account_user.id'], name=op.f('fk_conflict_of_interest_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflict_of_interest')),
    sa.UniqueConstraint('application_id', 'user_id', 'kind', name=op.f('uq_conflict_of_interest_application_id_user_id_kind'))
    )
    with op.batch_alter_table('conflict_of_interest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conflict_of_interest_user_id'), ['user_id'], unique=False)

    op.create_table('consent_reminder',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('days IN (60, 30, 14, 0)', name=op.f('ck_consent_reminder_days')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_consent_reminder_application_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent_reminder')),
    sa.UniqueConstraint('application_id', 'days', 'ends_on', name=op.f('uq_consent_reminder_application_id_days_ends_on'))
    )
    op.create_table('departure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=16), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('left_school', 'changed_school', 'sensitive', 'no_need', 'consent_withdrawn', name='departurekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('reported', 'confirmed', 'choosing', 'settled', 'dismissed', name='departurestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('new_school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reporter', sa.Enum('student', 'school', 'team', name='reporter', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reported_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reported_at', sa.DateTime(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('confirmed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(), nullable=True),
    sa.Column('choose_by', sa.Date(), nullable=True),
    sa.Column('reminded_at', sa.DateTime(), nullable=True),
    sa.Column('settled_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("(kind = 'changed_school') = (new_school_id IS NOT NULL)", name=op.f('ck_departure_new_school')),
    sa.CheckConstraint("(reporter = 'team') = (reported_by_id IS NOT NULL)", name=op.f('ck_departure_told_by')),
    sa.CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name=op.f('ck_departure_settled')),
    sa.CheckConstraint("state <> 'choosing' OR choose_by IS NOT NULL", name=op.f('ck_departure_choosing')),
    sa.CheckConstraint("state IN ('reported', 'dismissed') OR confirmed_by_id IS NOT NULL", name=op.f('ck_departure_confirmed')),
    sa.CheckConstraint('confirmed_by_id IS NULL OR reported_by_id IS NULL OR confirmed_by_id <> reported_by_id', name=op.f('ck_departure_two_people')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_departure_application_id')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['account_user.id'], name=op.f('fk_departure_confirmed_by_id')),
    sa.ForeignKeyConstraint(['new_school_id'], ['organisation.id'], name=op.f('fk_departure_new_school_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_departure_organisation_id')),
    sa.ForeignKeyConstraint(['reported_by_id'], ['account_user.id'], name=op.f('fk_departure_reported_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_departure')),
    sa.UniqueConstraint('ref', name=op.f('uq_departure_ref'))
    )
    with op.batch_alter_table('departure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_departure_application_id'), ['application_id'], unique=False)
        batch_op.create_index('ix_departure_organisation_id_state_id', ['organisation_id', 'state', 'id'], unique=False)
        batch_op.create_index('uq_departure_open', ['application_id'], unique=True, sqlite_where=sa.text("state IN ('reported', 'confirmed', 'choosing')"), postgresql_where=sa.text("state IN ('reported', 'confirmed', 'choosing')"))

    op.create_table('person_key',
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('wrapped', sa.Text(), nullable=True),
    sa.Column('wrapped_by', sa.String(length=8), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('destroyed_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('(wrapped IS NULL) = (destroyed_at IS NOT NULL)', name=op.f('ck_person_key_destroyed')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_person_key_application_id')),
    sa.PrimaryKeyConstraint('application_id', name=op.f('pk_person_key'))
    )
    with op.batch_alter_table('person_key', schema=None) as batch_op:
        batch_op.create_index('ix_person_key_destroyed', ['application_id'], unique=False, sqlite_where=sa.text('destroyed_at IS NOT NULL'), postgresql_where=sa.text('destroyed_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_person_key_wrapped_by'), ['wrapped_by'], unique=False)

    op.create_table('score_sheet',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('vetter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vetter_email', sa.String(length=254), nullable=False),
    sa.Column('rubric_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recommends', sa.Enum('approve', 'waitlist', 'decline', name='verdict', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('total BETWEEN 0 AND 100', name=op.f('ck_score_sheet_total')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_score_sheet_application_id')),
    sa.ForeignKeyConstraint(['rubric_id'], ['community_rubric.id'], name=op.f('fk_score_sheet_rubric_id')),
    sa.ForeignKeyConstraint(['vetter_id'], ['account_user.id'], name=op.f('fk_score_sheet_vetter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_sheet')),
    sa.UniqueConstraint('application_id', 'round', 'vetter_email', name=op.f('uq_score_sheet_application_id_round_vetter_email')),
    sa.UniqueConstraint('application_id', 'round', 'vetter_id', name=op.f('uq_score_sheet_application_id_round_vetter_id'))
    )
    with op.batch_alter_table('score_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_score_sheet_vetter_id'), ['vetter_id'], unique=False)

    op.create_table('showcase_name',
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('chosen_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_showcase_name_application_id')),
    sa.PrimaryKeyConstraint('application_id', name=op.f('pk_showcase_name'))
    )
    op.create_table('vetter_assignment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('vetter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_vetter_assignment_application_id')),
    sa.ForeignKeyConstraint(['vetter_id'], ['account_user.id'], name=op.f('fk_vetter_assignment_vetter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vetter_assignment')),
    sa.UniqueConstraint('application_id', 'round', 'vetter_id', name=op.f('uq_vetter_assignment_application_id_round_vetter_id'))
    )
    with op.batch_alter_table('vetter_assignment', schema=None) as batch_op:
        batch_op.create_index('ix_vetter_assignment_vetter_id_ended_at', ['vetter_id', 'ended_at'], unique=False)

    op.create_table('work',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=16), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('applicant_user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.Enum('essay', 'poem', 'drawing', 'photo', 'project', 'music', name='workkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('alt', sa.Text(), nullable=True),
    sa.Column('shows_me', sa.Boolean(), nullable=False),
    sa.Column('is_own', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'in_review', 'published', 'withdrawn', name='workstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('approved_hash', sa.String(length=64), nullable=True),
    sa.Column('first_approver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('first_approver_role', sa.String(length=32), nullable=True),
    sa.Column('second_approver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('second_approver_role', sa.String(length=32), nullable=True),
    sa.Column('returned_because', sa.Enum('names', 'place', 'picture', 'others', 'harm', name='workreturn', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('sent_at', sa.DateTime(), nullable=True),
    sa.Column('published_at', sa.DateTime(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("second_approver_id IS NULL OR (first_approver_role IS NOT NULL AND second_approver_role IS NOT NULL AND (first_approver_role = 'safeguarding_officer' OR second_approver_role = 'safeguarding_officer'))", name=op.f('ck_work_an_officer')),
    sa.CheckConstraint("state <> 'published' OR (first_approver_id IS NOT NULL AND second_approver_id IS NOT NULL AND approved_hash IS NOT NULL AND approved_hash = content_hash AND published_at IS NOT NULL)", name=op.f('ck_work_approved')),
    sa.CheckConstraint("state = 'draft' OR is_own", name=op.f('ck_work_own')),
    sa.CheckConstraint("state = 'draft' OR text IS NOT NULL OR file_id IS NOT NULL", name=op.f('ck_work_something')),
    sa.CheckConstraint('applicant_user_id IS NULL OR ((first_approver_id IS NULL OR first_approver_id <> applicant_user_id) AND (second_approver_id IS NULL OR second_approver_id <> applicant_user_id))', name=op.f('ck_work_not_own')),
    sa.CheckConstraint('file_id IS NOT NULL OR NOT shows_me', name=op.f('ck_work_shows_me')),
    sa.CheckConstraint('second_approver_id IS NULL OR first_approver_id IS NOT NULL', name=op.f('ck_work_in_order')),
    sa.CheckConstraint('second_approver_id IS NULL OR second_approver_id <> first_approver_id', name=op.f('ck_work_two_people')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_work_application_id')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_work_file_id')),
    sa.ForeignKeyConstraint(['first_approver_id'], ['account_user.id'], name=op.f('fk_work_first_approver_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_work_organisation_id')),
    sa.ForeignKeyConstraint(['second_approver_id'], ['account_user.id'], name=op.f('fk_work_second_approver_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work')),
    sa.UniqueConstraint('file_id', name=op.f('uq_work_file_id')),
    sa.UniqueConstraint('once', name=op.f('uq_work_once')),
    sa.UniqueConstraint('ref', name=op.f('uq_work_ref'))
    )
    with op.batch_alter_table('work', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_work_application_id'), ['application_id'], unique=False)
        batch_op.create_index('ix_work_organisation_id_state_id', ['organisation_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_work_state_published_at_id', ['state', 'published_at', 'id'], unique=False)

    op.create_table('application_document',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('need_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=True),
    sa.Column('kind', sa.Enum('fee_note', 'enrolment', 'report', 'other', name='documentkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('source', sa.Enum('student', 'school', 'team', name='source', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('added_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('added_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['account_user.id'], name=op.f('fk_application_document_added_by_id')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_document_application_id')),
    sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_application_document_file_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_application_document_need_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_document')),
    sa.UniqueConstraint('file_id', name=op.f('uq_application_document_file_id')),
    sa.UniqueConstraint('once', name=op.f('uq_application_document_once'))
    )
    with op.batch_alter_table('application_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_document_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_document_need_id'), ['need_id'], unique=False)

    op.create_table('need_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('need_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'applied', 'declined', name='changestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('material', sa.Boolean(), nullable=False),
    sa.Column('old_kind', sa.Enum('tuition', 'books', 'transport', 'device', 'exam_fees', 'boarding', 'uniform', 'other', name='old_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('old_amount', sa.BigInteger(), nullable=False),
    sa.Column('old_term', sa.String(length=60), nullable=False),
    sa.Column('new_kind', sa.Enum('tuition', 'books', 'transport', 'device', 'exam_fees', 'boarding', 'uniform', 'other', name='new_kind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('new_amount', sa.BigInteger(), nullable=False),
    sa.Column('new_term', sa.String(length=60), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('how', sa.Enum('fee_note', 'school_confirmed', 'called', name='how', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('applicant_user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('proposed_at', sa.DateTime(), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f('ck_need_change_decided')),
    sa.CheckConstraint('applicant_user_id IS NULL OR proposed_by_id <> applicant_user_id', name=op.f('ck_need_change_not_own')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> proposed_by_id', name=op.f('ck_need_change_two_people')),
    sa.CheckConstraint('old_amount > 0 AND new_amount > 0', name=op.f('ck_need_change_positive')),
    sa.CheckConstraint('old_kind <> new_kind OR old_amount <> new_amount OR old_term <> new_term', name=op.f('ck_need_change_changes_something')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_need_change_application_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account_user.id'], name=op.f('fk_need_change_decided_by_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_change_need_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_need_change_organisation_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['account_user.id'], name=op.f('fk_need_change_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_change'))
    )
    with op.batch_alter_table('need_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_change_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_change_need_id'), ['need_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_change_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('uq_need_change_proposed', ['need_id'], unique=True, sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))

    op.create_table('need_confirmation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('need_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked', sa.BigInteger(), nullable=False),
    sa.Column('confirmed', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('asked > 0 AND confirmed >= 0', name=op.f('ck_need_confirmation_amounts')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_confirmation_need_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['request_id'], ['confirmation_request.id'], name=op.f('fk_need_confirmation_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_confirmation')),
    sa.UniqueConstraint('request_id', 'need_id', name=op.f('uq_need_confirmation_request_id_need_id'))
    )
    with op.batch_alter_table('need_confirmation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_confirmation_need_id'), ['need_id'], unique=False)

    op.create_table('request_sending',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email_print', sa.String(length=64), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_request_sending_application_id')),
    sa.ForeignKeyConstraint(['request_id'], ['confirmation_request.id'], name=op.f('fk_request_sending_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_sending'))
    )
    with op.batch_alter_table('request_sending', schema=None) as batch_op:
        batch_op.create_index('ix_request_sending_application_id_at', ['application_id', 'at'], unique=False)
        batch_op.create_index('ix_request_sending_email_print_at', ['email_print', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_request_sending_request_id'), ['request_id'], unique=False)

    op.create_table('school_account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('iban', sa.Text(), nullable=True),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('bank', sa.Text(), nullable=True),
    sa.Column('print', sa.String(length=64), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'confirmed', 'refused', 'replaced', name='accountstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('proposed_at', sa.DateTime(), nullable=False),
    sa.Column('confirmed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(), nullable=True),
    sa.Column('usable_from', sa.DateTime(), nullable=True),
    sa.CheckConstraint("(state IN ('confirmed', 'replaced')) = (confirmed_by_id IS NOT NULL AND confirmed_at IS NOT NULL AND usable_from IS NOT NULL)", name=op.f('ck_school_account_confirmed')),
    sa.CheckConstraint('(iban IS NULL) = (number IS NOT NULL AND bank IS NOT NULL)', name=op.f('ck_school_account_one_kind')),
    sa.CheckConstraint('confirmed_by_id IS NULL OR proposed_by_id IS NULL OR confirmed_by_id <> proposed_by_id', name=op.f('ck_school_account_two_people')),
    sa.CheckConstraint('usable_from IS NULL OR usable_from > confirmed_at', name=op.f('ck_school_account_waits')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['account_user.id'], name=op.f('fk_school_account_confirmed_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_school_account_organisation_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['account_user.id'], name=op.f('fk_school_account_proposed_by_id')),
    sa.ForeignKeyConstraint(['request_id'], ['confirmation_request.id'], name=op.f('fk_school_account_request_id')),
    sa.ForeignKeyConstraint(['school_id'], ['organisation.id'], name=op.f('fk_school_account_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_account')),
    sa.UniqueConstraint('request_id', name=op.f('uq_school_account_request_id'))
    )
    with op.batch_alter_table('school_account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_account_school_id'), ['school_id'], unique=False)
        batch_op.create_index('uq_school_account_in_use', ['organisation_id', 'school_id'], unique=True, sqlite_where=sa.text("state = 'confirmed'"), postgresql_where=sa.text("state = 'confirmed'"))

    op.create_table('school_confirmation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attends', sa.Boolean(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('position', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=True),
    sa.Column('since', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_school_confirmation_application_id')),
    sa.ForeignKeyConstraint(['request_id'], ['confirmation_request.id'], name=op.f('fk_school_confirmation_request_id')),
    sa.ForeignKeyConstraint(['school_id'], ['organisation.id'], name=op.f('fk_school_confirmation_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_confirmation')),
    sa.UniqueConstraint('request_id', name=op.f('uq_school_confirmation_request_id'))
    )
    with op.batch_alter_table('school_confirmation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_confirmation_application_id'), ['application_id'], unique=False)

    op.create_table('score_line',
    sa.Column('sheet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('criterion', sa.Enum('need', 'place', 'plan', 'difference', 'costs', 'safety', name='criterion', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.CheckConstraint('level BETWEEN 0 AND 4', name=op.f('ck_score_line_level')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_score_line_application_id')),
    sa.ForeignKeyConstraint(['sheet_id'], ['score_sheet.id'], name=op.f('fk_score_line_sheet_id')),
    sa.PrimaryKeyConstraint('sheet_id', 'criterion', name=op.f('pk_score_line'))
    )
    op.create_table('vouching',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('request_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('relation', sa.String(length=40), nullable=False),
    sa.Column('known', sa.Enum('under_a_year', 'up_to_3_years', 'longer', name='known', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_vouching_application_id')),
    sa.ForeignKeyConstraint(['request_id'], ['confirmation_request.id'], name=op.f('fk_vouching_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vouching')),
    sa.UniqueConstraint('request_id', name=op.f('uq_vouching_request_id'))
    )
    with op.batch_alter_table('vouching', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vouching_application_id'), ['application_id'], unique=False)

    op.create_table('application_outcome',
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('completed_year', 'graduated', 'exam_passed', 'other', name='outcomekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reached_on', sa.Date(), nullable=False),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('school_confirmed', sa.Boolean(), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('approved_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('approved_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('(approved_by_id IS NULL) = (approved_at IS NULL)', name=op.f('ck_application_outcome_approved')),
    sa.CheckConstraint('approved_by_id IS NULL OR approved_by_id <> recorded_by_id', name=op.f('ck_application_outcome_two_people')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_outcome_application_id')),
    sa.ForeignKeyConstraint(['approved_by_id'], ['account_user.id'], name=op.f('fk_application_outcome_approved_by_id')),
    sa.ForeignKeyConstraint(['document_id'], ['application_document.id'], name=op.f('fk_application_outcome_document_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_application_outcome_organisation_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['account_user.id'], name=op.f('fk_application_outcome_recorded_by_id')),
    sa.PrimaryKeyConstraint('application_id', name=op.f('pk_application_outcome'))
    )
    op.create_table('need_verification',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('need_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('tuition', 'books', 'transport', 'device', 'exam_fees', 'boarding', 'uniform', 'other', name='needkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('term', sa.String(length=60), nullable=False),
    sa.Column('school_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('how', sa.Enum('fee_note', 'school_confirmed', 'called', name='how', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('verified_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('applicant_user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('verified_at', sa.DateTime(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_need_verification_positive')),
    sa.CheckConstraint('applicant_user_id IS NULL OR verified_by_id <> applicant_user_id', name=op.f('ck_need_verification_not_own')),
    sa.CheckConstraint('expires_on > verified_at', name=op.f('ck_need_verification_expires_later')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_need_verification_application_id')),
    sa.ForeignKeyConstraint(['document_id'], ['application_document.id'], name=op.f('fk_need_verification_document_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_need_verification_need_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['school_id'], ['organisation.id'], name=op.f('fk_need_verification_school_id')),
    sa.ForeignKeyConstraint(['verified_by_id'], ['account_user.id'], name=op.f('fk_need_verification_verified_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need_verification'))
    )
    with op.batch_alter_table('need_verification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_need_verification_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_need_verification_need_id'), ['need_id'], unique=False)

    op.create_table('departure_share',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('departure_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('paid', sa.BigInteger(), nullable=False),
    sa.Column('unpaid', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('choice', sa.Enum('another', 'same', 'back', 'community', 'keep', name='choice', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('chosen_at', sa.DateTime(), nullable=True),
    sa.Column('effect', sa.Enum('another', 'same', 'back', 'community', 'keep', name='effect', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('target_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('moved', sa.BigInteger(), nullable=False),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.Column('done_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint("(target_id IS NOT NULL) = (effect IS NOT NULL AND effect = 'another')", name=op.f('ck_departure_share_target')),
    sa.CheckConstraint("effect IS NULL OR (effect <> 'community' AND choice IS NOT NULL)", name=op.f('ck_departure_share_carried_out')),
    sa.CheckConstraint('(choice IS NULL) = (chosen_at IS NULL)', name=op.f('ck_departure_share_chosen')),
    sa.CheckConstraint('(effect IS NULL) = (done_at IS NULL)', name=op.f('ck_departure_share_done')),
    sa.CheckConstraint('paid >= 0 AND unpaid >= 0 AND paid + unpaid > 0', name=op.f('ck_departure_share_something')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_departure_share_campaign_id')),
    sa.ForeignKeyConstraint(['departure_id'], ['departure.id'], name=op.f('fk_departure_share_departure_id')),
    sa.ForeignKeyConstraint(['done_by_id'], ['account_user.id'], name=op.f('fk_departure_share_done_by_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_departure_share_pledge_id')),
    sa.ForeignKeyConstraint(['target_id'], ['campaign.id'], name=op.f('fk_departure_share_target_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_departure_share')),
    sa.UniqueConstraint('departure_id', 'pledge_id', name=op.f('uq_departure_share_departure_id_pledge_id'))
    )
    with op.batch_alter_table('departure_share', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_departure_share_pledge_id'), ['pledge_id'], unique=False)

    op.create_table('message_thread',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=16), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('is_group', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('closed_at', sa.DateTime(), nullable=True),
    sa.Column('closed_by', sa.Enum('sponsor', 'student', 'community', name='side', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.CheckConstraint('(closed_at IS NULL) = (closed_by IS NULL)', name=op.f('ck_message_thread_closed')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_message_thread_application_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_message_thread_campaign_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_message_thread_organisation_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_message_thread_pledge_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_thread')),
    sa.UniqueConstraint('pledge_id', name=op.f('uq_message_thread_pledge_id')),
    sa.UniqueConstraint('ref', name=op.f('uq_message_thread_ref'))
    )
    with op.batch_alter_table('message_thread', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_thread_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_thread_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('pledge_renewal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('change_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('pledge_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('answer_by', sa.Date(), nullable=False),
    sa.Column('told_at', sa.DateTime(), nullable=True),
    sa.Column('reminded_at', sa.DateTime(), nullable=True),
    sa.Column('answer', sa.Enum('agreed', 'taken_back', 'refund_wished', name='renewal', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.Column('refund_amount', sa.BigInteger(), nullable=True),
    sa.Column('settled_at', sa.DateTime(), nullable=True),
    sa.Column('settled_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('outcome', sa.String(length=200), nullable=True),
    sa.CheckConstraint("(refund_amount IS NOT NULL) = (answer IS NOT NULL AND answer = 'refund_wished')", name=op.f('ck_pledge_renewal_refund')),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_pledge_renewal_answered')),
    sa.CheckConstraint('refund_amount IS NULL OR refund_amount > 0', name=op.f('ck_pledge_renewal_positive')),
    sa.CheckConstraint('settled_at IS NULL OR refund_amount IS NOT NULL', name=op.f('ck_pledge_renewal_settled')),
    sa.ForeignKeyConstraint(['change_id'], ['need_change.id'], name=op.f('fk_pledge_renewal_change_id')),
    sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_pledge_renewal_line_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_pledge_renewal_organisation_id')),
    sa.ForeignKeyConstraint(['pledge_id'], ['pledge.id'], name=op.f('fk_pledge_renewal_pledge_id')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['account_user.id'], name=op.f('fk_pledge_renewal_settled_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pledge_renewal')),
    sa.UniqueConstraint('change_id', 'pledge_id', name=op.f('uq_pledge_renewal_change_id_pledge_id'))
    )
    with op.batch_alter_table('pledge_renewal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pledge_renewal_line_id'), ['line_id'], unique=False)
        batch_op.create_index('ix_pledge_renewal_organisation_id_answered_at', ['organisation_id', 'answered_at'], unique=False)
        batch_op.create_index('ix_pledge_renewal_pledge_id_answered_at', ['pledge_id', 'answered_at'], unique=False)

    op.create_table('departure_kept',
    sa.Column('share_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount >= 0', name=op.f('ck_departure_kept_kept')),
    sa.ForeignKeyConstraint(['line_id'], ['budget_line.id'], name=op.f('fk_departure_kept_line_id')),
    sa.ForeignKeyConstraint(['share_id'], ['departure_share.id'], name=op.f('fk_departure_kept_share_id')),
    sa.PrimaryKeyConstraint('share_id', 'line_id', name=op.f('pk_departure_kept'))
    )
    with op.batch_alter_table('departure_kept', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_departure_kept_line_id'), ['line_id'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('thread_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sender', sa.Enum('sponsor', 'student', 'community', name='side', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('shown', sa.Text(), nullable=True),
    sa.Column('checked_at', sa.DateTime(), nullable=True),
    sa.Column('state', sa.Enum('held', 'approved', 'returned', 'refused', name='messagestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.Enum('contact', 'personal', 'gift', 'unkind', 'danger', 'abuse', name='reason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('delivered_at', sa.DateTime(), nullable=True),
    sa.Column('read_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("(sender = 'community') = (author_id IS NOT NULL)", name=op.f('ck_message_author')),
    sa.CheckConstraint("(state = 'approved') = (delivered_at IS NOT NULL)", name=op.f('ck_message_delivered')),
    sa.CheckConstraint("(state = 'held') = (decided_by_id IS NULL)", name=op.f('ck_message_decided')),
    sa.CheckConstraint("state <> 'approved' OR checked_at IS NOT NULL", name=op.f('ck_message_checked')),
    sa.CheckConstraint("state IN ('held', 'approved') AND reason IS NULL OR reason IS NOT NULL AND (state = 'returned' AND reason IN ('danger', 'contact', 'personal', 'gift', 'unkind') OR state = 'refused' AND reason IN ('abuse'))", name=op.f('ck_message_reason_fits')),
    sa.CheckConstraint('author_id IS NULL OR decided_by_id IS NULL OR author_id <> decided_by_id', name=op.f('ck_message_two')),
    sa.CheckConstraint('read_at IS NULL OR delivered_at IS NOT NULL', name=op.f('ck_message_read')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_message_application_id')),
    sa.ForeignKeyConstraint(['author_id'], ['account_user.id'], name=op.f('fk_message_author_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['account_user.id'], name=op.f('fk_message_decided_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_message_organisation_id')),
    sa.ForeignKeyConstraint(['thread_id'], ['message_thread.id'], name=op.f('fk_message_thread_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('once', name=op.f('uq_message_once'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_application_id'), ['application_id'], unique=False)
        batch_op.create_index('ix_message_organisation_id_state_id', ['organisation_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_message_thread_id_id', ['thread_id', 'id'], unique=False)
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.add_column(sa.Column('secret_hash', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('tries', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('tried_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('lock_no', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('reset_hash', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('reset_until', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('minor_checked_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('touched_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('stage_since', sa.DateTime(), server_default='1970-01-01 00:00:00', nullable=False))
        batch_op.add_column(sa.Column('reminded_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('reminders', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('score', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('recommended', sa.Enum('approve', 'waitlist', 'decline', name='verdict', native_enum=False, create_constraint=True, length=32), nullable=True))
        batch_op.add_column(sa.Column('helper_role', sa.Enum('teacher', 'school_staff', 'social_worker', 'volunteer', 'relative', 'other', name='helperrole', native_enum=False, create_constraint=True, length=32), nullable=True))
        batch_op.add_column(sa.Column('helper_user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('helper_email', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('handed_over_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', sa.DateTime(), nullable=True))
        batch_op.alter_column('story',
               existing_type=sa.TEXT(),
               nullable=True)
        batch_op.create_index('ix_application_organisation_id_id', ['organisation_id', 'id'], unique=False)
        batch_op.create_index('ix_application_organisation_id_stage_applicant', ['organisation_id', 'stage', 'applicant_user_id'], unique=False)
        batch_op.create_index('ix_application_ready', ['organisation_id', 'id'], unique=False, sqlite_where=sa.text("stage IN ('appealed', 'in_review') AND recommended IS NOT NULL"), postgresql_where=sa.text("stage IN ('appealed', 'in_review') AND recommended IS NOT NULL"))
        batch_op.create_index('ix_application_helper_user_id', ['helper_user_id'], unique=False)
        batch_op.create_index('ix_application_stage_stage_since', ['stage', 'stage_since'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_application_reset_hash'), ['reset_hash'])
        batch_op.create_foreign_key(batch_op.f('fk_application_helper_user_id'), 'account_user', ['helper_user_id'], ['id'])

    with op.batch_alter_table('application_decision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('letter', sa.Text(), nullable=True))
        batch_op.alter_column('note',
               existing_type=sa.TEXT(),
               nullable=True)
        batch_op.create_index('uq_application_decision_letter', ['application_id', 'round'], unique=True, sqlite_where=sa.text('letter IS NOT NULL'), postgresql_where=sa.text('letter IS NOT NULL'))

    with op.batch_alter_table('application_identity', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('helper_name', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('helper_email', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('helper_phone', sa.Text(), nullable=True))

    with op.batch_alter_table('application_question', schema=None) as batch_op:
        batch_op.alter_column('text',
               existing_type=sa.TEXT(),
               nullable=True)
        batch_op.alter_column('answer',
               existing_type=sa.TEXT(),
               nullable=True)

    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.add_column(sa.Column('concerns_minor', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('approval_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_ask_approval_id'), 'approval', ['approval_id'], ['id'])

    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('left_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('expired_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('change_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('asked_again', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('agreed', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_foreign_key(batch_op.f('fk_budget_line_change_id'), 'need_change', ['change_id'], ['id'])

    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.add_column(sa.Column('concerns_minor', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('approval_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_campaign_approval_id'), 'approval', ['approval_id'], ['id'])

    with op.batch_alter_table('campaign_update', schema=None) as batch_op:
        batch_op.add_column(sa.Column('approval_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_campaign_update_approval_id'), 'approval', ['approval_id'], ['id'])

    with op.batch_alter_table('community', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closes_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('answer_by', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('closing_told_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('answer_told_on', sa.Date(), nullable=True))

    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.Enum('together', 'mailed', 'passed_on', name='channel', native_enum=False, create_constraint=True, length=32), server_default='together', nullable=False))
        batch_op.alter_column('giver_name',
               existing_type=sa.TEXT(),
               nullable=True)
    _checks(CHECKS)
    op.only_on('postgresql', 'DROP TRIGGER consent_no_change ON consent')
    _seal_people()
    _fill()
    for dialect, statement in GUARDS:
        op.only_on(dialect, statement)
    op.only_on('sqlite', "CREATE TRIGGER approval_kept BEFORE UPDATE ON approval WHEN NEW.subject_type IS NOT OLD.subject_type OR NEW.subject_id IS NOT OLD.subject_id OR NEW.content_hash IS NOT OLD.content_hash OR NEW.author_id IS NOT OLD.author_id OR NEW.author_email IS NOT OLD.author_email OR NEW.first_by_id IS NOT OLD.first_by_id OR NEW.first_email IS NOT OLD.first_email OR NEW.first_role IS NOT OLD.first_role OR NEW.first_at IS NOT OLD.first_at OR (OLD.second_by_id IS NOT NULL AND NEW.second_by_id IS NOT OLD.second_by_id) OR (OLD.second_email IS NOT NULL AND NEW.second_email IS NOT OLD.second_email) OR (OLD.second_role IS NOT NULL AND NEW.second_role IS NOT OLD.second_role) OR (OLD.second_at IS NOT NULL AND NEW.second_at IS NOT OLD.second_at) OR (OLD.voided_at IS NOT NULL AND NEW.voided_at IS NOT OLD.voided_at) OR (OLD.voided_at IS NOT NULL AND OLD.second_at IS NULL AND NEW.second_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'an approval stands as it was given'); END")
    op.only_on('sqlite', "CREATE TRIGGER approval_no_delete BEFORE DELETE ON approval BEGIN SELECT RAISE(ABORT, 'an approval stands as it was given'); END")
    op.only_on('postgresql', "CREATE OR REPLACE FUNCTION approval_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'an approval stands as it was given' USING ERRCODE = 'integrity_constraint_violation'; ELSIF NEW.subject_type IS DISTINCT FROM OLD.subject_type OR NEW.subject_id IS DISTINCT FROM OLD.subject_id OR NEW.content_hash IS DISTINCT FROM OLD.content_hash OR NEW.author_id IS DISTINCT FROM OLD.author_id OR NEW.author_email IS DISTINCT FROM OLD.author_email OR NEW.first_by_id IS DISTINCT FROM OLD.first_by_id OR NEW.first_email IS DISTINCT FROM OLD.first_email OR NEW.first_role IS DISTINCT FROM OLD.first_role OR NEW.first_at IS DISTINCT FROM OLD.first_at OR (OLD.second_by_id IS NOT NULL AND NEW.second_by_id IS DISTINCT FROM OLD.second_by_id) OR (OLD.second_email IS NOT NULL AND NEW.second_email IS DISTINCT FROM OLD.second_email) OR (OLD.second_role IS NOT NULL AND NEW.second_role IS DISTINCT FROM OLD.second_role) OR (OLD.second_at IS NOT NULL AND NEW.second_at IS DISTINCT FROM OLD.second_at) OR (OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at) OR (OLD.voided_at IS NOT NULL AND OLD.second_at IS NULL AND NEW.second_at IS NOT NULL) THEN RAISE EXCEPTION 'an approval stands as it was given' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$")
    op.only_on('postgresql', 'CREATE TRIGGER approval_kept BEFORE UPDATE OR DELETE ON approval FOR EACH ROW EXECUTE FUNCTION approval_keep()')
    op.only_on('sqlite', "CREATE TRIGGER community_rubric_no_update BEFORE UPDATE ON community_rubric BEGIN SELECT RAISE(ABORT, 'community_rubric is append-only'); END")
    op.only_on('sqlite', "CREATE TRIGGER community_rubric_no_delete BEFORE DELETE ON community_rubric BEGIN SELECT RAISE(ABORT, 'community_rubric is append-only'); END")
    op.only_on('postgresql', "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$")
    op.only_on('postgresql', 'CREATE TRIGGER community_rubric_no_change BEFORE UPDATE OR DELETE ON community_rubric FOR EACH ROW EXECUTE FUNCTION refuse_change()')
    op.only_on('postgresql', 'CREATE TRIGGER community_rubric_no_truncate BEFORE TRUNCATE ON community_rubric FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
    op.only_on('sqlite', "CREATE TRIGGER community_rubric_weight_no_update BEFORE UPDATE ON community_rubric_weight BEGIN SELECT RAISE(ABORT, 'community_rubric_weight is append-only'); END")
    op.only_on('sqlite', "CREATE TRIGGER community_rubric_weight_no_delete BEFORE DELETE ON community_rubric_weight BEGIN SELECT RAISE(ABORT, 'community_rubric_weight is append-only'); END")
    op.only_on('postgresql', "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$")
    op.only_on('postgresql', 'CREATE TRIGGER community_rubric_weight_no_change BEFORE UPDATE OR DELETE ON community_rubric_weight FOR EACH ROW EXECUTE FUNCTION refuse_change()')
    op.only_on('postgresql', 'CREATE TRIGGER community_rubric_weight_no_truncate BEFORE TRUNCATE ON community_rubric_weight FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
    op.only_on('sqlite', "CREATE TRIGGER score_sheet_no_update BEFORE UPDATE ON score_sheet BEGIN SELECT RAISE(ABORT, 'score_sheet is append-only'); END")
    op.only_on('sqlite', "CREATE TRIGGER score_sheet_no_delete BEFORE DELETE ON score_sheet BEGIN SELECT RAISE(ABORT, 'score_sheet is append-only'); END")
    op.only_on('postgresql', "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$")
    op.only_on('postgresql', 'CREATE TRIGGER score_sheet_no_change BEFORE UPDATE OR DELETE ON score_sheet FOR EACH ROW EXECUTE FUNCTION refuse_change()')
    op.only_on('postgresql', 'CREATE TRIGGER score_sheet_no_truncate BEFORE TRUNCATE ON score_sheet FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')
    op.only_on('sqlite', "CREATE TRIGGER score_sheet_refuses BEFORE INSERT ON score_sheet BEGIN SELECT RAISE(ABORT, 'nobody scores their own application') WHERE EXISTS (SELECT 1 FROM application a WHERE a.id = NEW.application_id AND a.applicant_user_id = NEW.vetter_id); SELECT RAISE(ABORT, 'a conflict of interest stands') WHERE EXISTS (SELECT 1 FROM conflict_of_interest c WHERE c.application_id = NEW.application_id AND c.user_id = NEW.vetter_id AND c.overruled_at IS NULL); SELECT RAISE(ABORT, 'the second panel has nobody of the first') WHERE EXISTS (SELECT 1 FROM appeal p WHERE p.application_id = NEW.application_id AND p.round < NEW.round AND (EXISTS (SELECT 1 FROM score_sheet s WHERE s.application_id = p.application_id AND s.round <= p.round AND (s.vetter_id = NEW.vetter_id OR s.vetter_email = NEW.vetter_email)) OR EXISTS (SELECT 1 FROM application_decision d WHERE d.application_id = p.application_id AND d.round <= p.round AND (d.voter_id = NEW.vetter_id OR d.voter_email = NEW.vetter_email)))); END")
    op.only_on('postgresql', "CREATE OR REPLACE FUNCTION score_sheet_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM application a WHERE a.id = NEW.application_id AND a.applicant_user_id = NEW.vetter_id) THEN RAISE EXCEPTION 'nobody scores their own application' USING ERRCODE = 'integrity_constraint_violation'; END IF; IF EXISTS (SELECT 1 FROM conflict_of_interest c WHERE c.application_id = NEW.application_id AND c.user_id = NEW.vetter_id AND c.overruled_at IS NULL) THEN RAISE EXCEPTION 'a conflict of interest stands' USING ERRCODE = 'integrity_constraint_violation'; END IF; IF EXISTS (SELECT 1 FROM appeal p WHERE p.application_id = NEW.application_id AND p.round < NEW.round AND (EXISTS (SELECT 1 FROM score_sheet s WHERE s.application_id = p.application_id AND s.round <= p.round AND (s.vetter_id = NEW.vetter_id OR s.vetter_email = NEW.vetter_email)) OR EXISTS (SELECT 1 FROM application_decision d WHERE d.application_id = p.application_id AND d.round <= p.round AND (d.voter_id = NEW.vetter_id OR d.voter_email = NEW.vetter_email)))) THEN RAISE EXCEPTION 'the second panel has nobody of the first' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$")
    op.only_on('postgresql', 'CREATE TRIGGER score_sheet_refuses BEFORE INSERT ON score_sheet FOR EACH ROW EXECUTE FUNCTION score_sheet_refuses()')
    op.only_on('sqlite', "CREATE TRIGGER score_line_no_update BEFORE UPDATE ON score_line BEGIN SELECT RAISE(ABORT, 'score_line is append-only'); END")
    op.only_on('sqlite', "CREATE TRIGGER score_line_no_delete BEFORE DELETE ON score_line BEGIN SELECT RAISE(ABORT, 'score_line is append-only'); END")
    op.only_on('postgresql', "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$")
    op.only_on('postgresql', 'CREATE TRIGGER score_line_no_change BEFORE UPDATE OR DELETE ON score_line FOR EACH ROW EXECUTE FUNCTION refuse_change()')
    op.only_on('postgresql', 'CREATE TRIGGER score_line_no_truncate BEFORE TRUNCATE ON score_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()')


def downgrade() -> None:
    """Go one step back."""
    _rebuild_quietly()
    _drop_guards()
    _open_people()
    _empty()
    _checks(CHECKS_BEFORE)
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.alter_column('giver_name',
               existing_type=sa.TEXT(),
               nullable=False)
        batch_op.drop_column('channel')

    with op.batch_alter_table('community', schema=None) as batch_op:
        batch_op.drop_column('answer_told_on')
        batch_op.drop_column('closing_told_on')
        batch_op.drop_column('answer_by')
        batch_op.drop_column('closes_on')

    with op.batch_alter_table('campaign_update', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_campaign_update_approval_id'), type_='foreignkey')
        batch_op.drop_column('approval_id')

    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_campaign_approval_id'), type_='foreignkey')
        batch_op.drop_column('approval_id')
        batch_op.drop_column('concerns_minor')

    with op.batch_alter_table('budget_line', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_budget_line_change_id'), type_='foreignkey')
        batch_op.drop_column('agreed')
        batch_op.drop_column('asked_again')
        batch_op.drop_column('change_id')
        batch_op.drop_column('confirmed_on')
        batch_op.drop_column('expired_at')
        batch_op.drop_column('left_at')

    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_ask_approval_id'), type_='foreignkey')
        batch_op.drop_column('approval_id')
        batch_op.drop_column('concerns_minor')

    with op.batch_alter_table('application_question', schema=None) as batch_op:
        batch_op.alter_column('answer',
               existing_type=sa.TEXT(),
               nullable=False)
        batch_op.alter_column('text',
               existing_type=sa.TEXT(),
               nullable=False)

    with op.batch_alter_table('application_identity', schema=None) as batch_op:
        batch_op.drop_column('helper_phone')
        batch_op.drop_column('helper_email')
        batch_op.drop_column('helper_name')
        batch_op.drop_column('email')

    with op.batch_alter_table('application_decision', schema=None) as batch_op:
        batch_op.drop_index('uq_application_decision_letter', sqlite_where=sa.text('letter IS NOT NULL'), postgresql_where=sa.text('letter IS NOT NULL'))
        batch_op.alter_column('note',
               existing_type=sa.TEXT(),
               nullable=False)
        batch_op.drop_column('letter')

    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_application_helper_user_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_application_reset_hash'), type_='unique')
        batch_op.drop_index('ix_application_stage_stage_since')
        batch_op.drop_index('ix_application_helper_user_id')
        batch_op.drop_index('ix_application_ready')
        batch_op.drop_index('ix_application_organisation_id_stage_applicant')
        batch_op.drop_index('ix_application_organisation_id_id')
        batch_op.alter_column('story',
               existing_type=sa.TEXT(),
               nullable=False)
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('handed_over_at')
        batch_op.drop_column('helper_email')
        batch_op.drop_column('helper_user_id')
        batch_op.drop_column('helper_role')
        batch_op.drop_column('recommended')
        batch_op.drop_column('score')
        batch_op.drop_column('reminders')
        batch_op.drop_column('reminded_at')
        batch_op.drop_column('stage_since')
        batch_op.drop_column('touched_at')
        batch_op.drop_column('minor_checked_on')
        batch_op.drop_column('reset_until')
        batch_op.drop_column('reset_hash')
        batch_op.drop_column('lock_no')
        batch_op.drop_column('tried_at')
        batch_op.drop_column('tries')
        batch_op.drop_column('secret_hash')

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_thread_id_id')
        batch_op.drop_index('ix_message_organisation_id_state_id')
        batch_op.drop_index(batch_op.f('ix_message_application_id'))

    op.drop_table('message')
    with op.batch_alter_table('departure_kept', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_departure_kept_line_id'))

    op.drop_table('departure_kept')
    with op.batch_alter_table('pledge_renewal', schema=None) as batch_op:
        batch_op.drop_index('ix_pledge_renewal_pledge_id_answered_at')
        batch_op.drop_index('ix_pledge_renewal_organisation_id_answered_at')
        batch_op.drop_index(batch_op.f('ix_pledge_renewal_line_id'))

    op.drop_table('pledge_renewal')
    with op.batch_alter_table('message_thread', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_thread_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_message_thread_application_id'))

    op.drop_table('message_thread')
    with op.batch_alter_table('departure_share', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_departure_share_pledge_id'))

    op.drop_table('departure_share')
    with op.batch_alter_table('need_verification', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_verification_need_id'))
        batch_op.drop_index(batch_op.f('ix_need_verification_application_id'))

    op.drop_table('need_verification')
    op.drop_table('application_outcome')
    with op.batch_alter_table('vouching', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_vouching_application_id'))

    op.drop_table('vouching')
    op.drop_table('score_line')
    with op.batch_alter_table('school_confirmation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_school_confirmation_application_id'))

    op.drop_table('school_confirmation')
    with op.batch_alter_table('school_account', schema=None) as batch_op:
        batch_op.drop_index('uq_school_account_in_use', sqlite_where=sa.text("state = 'confirmed'"), postgresql_where=sa.text("state = 'confirmed'"))
        batch_op.drop_index(batch_op.f('ix_school_account_school_id'))

    op.drop_table('school_account')
    with op.batch_alter_table('request_sending', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_sending_request_id'))
        batch_op.drop_index('ix_request_sending_email_print_at')
        batch_op.drop_index('ix_request_sending_application_id_at')

    op.drop_table('request_sending')
    with op.batch_alter_table('need_confirmation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_need_confirmation_need_id'))

    op.drop_table('need_confirmation')
    with op.batch_alter_table('need_change', schema=None) as batch_op:
        batch_op.drop_index('uq_need_change_proposed', sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))
        batch_op.drop_index(batch_op.f('ix_need_change_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_need_change_need_id'))
        batch_op.drop_index(batch_op.f('ix_need_change_application_id'))

    op.drop_table('need_change')
    with op.batch_alter_table('application_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_application_document_need_id'))
        batch_op.drop_index(batch_op.f('ix_application_document_application_id'))

    op.drop_table('application_document')
    with op.batch_alter_table('work', schema=None) as batch_op:
        batch_op.drop_index('ix_work_state_published_at_id')
        batch_op.drop_index('ix_work_organisation_id_state_id')
        batch_op.drop_index(batch_op.f('ix_work_application_id'))

    op.drop_table('work')
    with op.batch_alter_table('vetter_assignment', schema=None) as batch_op:
        batch_op.drop_index('ix_vetter_assignment_vetter_id_ended_at')

    op.drop_table('vetter_assignment')
    op.drop_table('showcase_name')
    with op.batch_alter_table('score_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_score_sheet_vetter_id'))

    op.drop_table('score_sheet')
    with op.batch_alter_table('person_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_key_wrapped_by'))
        batch_op.drop_index('ix_person_key_destroyed', sqlite_where=sa.text('destroyed_at IS NOT NULL'), postgresql_where=sa.text('destroyed_at IS NOT NULL'))

    op.drop_table('person_key')
    with op.batch_alter_table('departure', schema=None) as batch_op:
        batch_op.drop_index('uq_departure_open', sqlite_where=sa.text("state IN ('reported', 'confirmed', 'choosing')"), postgresql_where=sa.text("state IN ('reported', 'confirmed', 'choosing')"))
        batch_op.drop_index('ix_departure_organisation_id_state_id')
        batch_op.drop_index(batch_op.f('ix_departure_application_id'))

    op.drop_table('departure')
    op.drop_table('consent_reminder')
    with op.batch_alter_table('conflict_of_interest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conflict_of_interest_user_id'))

    op.drop_table('conflict_of_interest')
    with op.batch_alter_table('confirmation_request', schema=None) as batch_op:
        batch_op.drop_index('uq_confirmation_request_referee', sqlite_where=sa.text("state = 'open' AND kind = 'referee'"), postgresql_where=sa.text("state = 'open' AND kind = 'referee'"))
        batch_op.drop_index('uq_confirmation_request_open', sqlite_where=sa.text("state = 'open' AND kind IN ('guardian', 'school')"), postgresql_where=sa.text("state = 'open' AND kind IN ('guardian', 'school')"))
        batch_op.drop_index('ix_confirmation_request_state_expires_at')
        batch_op.drop_index(batch_op.f('ix_confirmation_request_email_print'))
        batch_op.drop_index(batch_op.f('ix_confirmation_request_application_id'))

    op.drop_table('confirmation_request')
    op.drop_table('community_rubric_weight')
    with op.batch_alter_table('break_glass', schema=None) as batch_op:
        batch_op.drop_index('ix_break_glass_organisation_id_acknowledged_at')
        batch_op.drop_index(batch_op.f('ix_break_glass_opened_by_id'))
        batch_op.drop_index(batch_op.f('ix_break_glass_application_id'))

    op.drop_table('break_glass')
    op.drop_table('application_submission')
    op.drop_table('application_party')
    op.drop_table('application_paper_promise')
    op.drop_table('application_import_row')
    op.drop_table('appeal')
    op.drop_table('vetter_interest')
    op.drop_table('community_rubric')
    op.drop_table('community_places')
    with op.batch_alter_table('approval', schema=None) as batch_op:
        batch_op.drop_index('uq_approval_subject', sqlite_where=sa.text('voided_at IS NULL'), postgresql_where=sa.text('voided_at IS NULL'))

    op.drop_table('approval')
    with op.batch_alter_table('application_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_application_import_state'))
        batch_op.drop_index(batch_op.f('ix_application_import_organisation_id'))

    op.drop_table('application_import')
    op.drop_table('retention_run')
    for dialect, statement in SEARCH:
        op.only_on(dialect, statement)
    _guard_consent()


def _rebuild_quietly() -> None:
    """SQLite rebuilds a table to alter it; triggers elsewhere that name it are right again afterwards."""
    op.only_on('sqlite', 'PRAGMA legacy_alter_table = ON')


def _checks(changes) -> None:
    for table, (drop, add) in changes.items():
        known = {check['name'] for check in sa.inspect(op.get_bind()).get_check_constraints(table)}
        with op.batch_alter_table(table) as batch_op:
            for name in drop:
                if name in known:
                    batch_op.drop_constraint(batch_op.f(name), type_='check')
            for name, text in add.items():
                if name in drop or name not in known:
                    batch_op.create_check_constraint(batch_op.f(name), sa.text(text))


def _table(name: str, *columns: str) -> sa.Table:
    return sa.table(name, *(sa.column(column) for column in columns))


def _each_row(name: str, key: str, columns, change) -> None:
    """Change these columns of every row by what `change(application, column, text)` gives."""
    bind = op.get_bind()
    own = 'application_id' if name == 'application_identity' else 'id'
    table = _table(name, *{own, key, *columns})
    for row in bind.execute(sa.select(table)).mappings().all():
        new = {column: change(row[key], column, row[column]) for column in columns if row[column] is not None}
        if new:
            bind.execute(sa.update(table).where(table.c[own] == row[own]).values(**new))


def _seal_people() -> None:
    """Give each application a key, and put under it what is known of its student."""
    bind, keys = op.get_bind(), {}
    person = sa.table(
        'person_key', sa.column('application_id'), sa.column('wrapped'), sa.column('wrapped_by'),
        sa.column('created_at', sa.DateTime()),
    )
    application = sa.table('application', sa.column('id'), sa.column('created_at', sa.DateTime()))
    for row in bind.execute(sa.select(application)).all():
        keys[row.id] = envelope.new_key()
        wrapped = {'wrapped': envelope.wrap(keys[row.id]), 'wrapped_by': envelope.wrapped_by()}
        bind.execute(person.insert().values(application_id=row.id, created_at=row.created_at, **wrapped))
    for name, (key, columns) in PERSONAL.items():

        def sealed(application_id, column, text, columns=columns):
            plain = text if column in PLAIN else crypto.unseal(text)
            return envelope.seal(keys[application_id], plain, columns[column]) if plain else None

        _each_row(name, key, columns, sealed)


def _open_people() -> None:
    """The way back: what was under a student's key goes under the one key of all, or into the open, as before."""
    person = _table('person_key', 'application_id', 'wrapped')
    kept = op.get_bind().execute(sa.select(person)).all()
    keys = {row.application_id: envelope.unwrap(row.wrapped) for row in kept if row.wrapped}
    for name, (key, columns) in PERSONAL.items():

        def opened(application_id, column, text, columns=columns):
            known = keys.get(application_id)
            plain = envelope.unseal(known, text, columns[column]) if known else ''
            return plain if column in PLAIN else crypto.seal(plain)

        _each_row(name, key, columns, opened)
    for table, column in (('application', 'story'), ('application_question', 'text'), ('application_question', 'answer'),
                          ('application_decision', 'note')):
        op.execute(f"UPDATE {table} SET {column} = '' WHERE {column} IS NULL")
    nobody = sa.update(_table('consent', 'giver_name')).where(sa.column('giver_name').is_(None))
    op.get_bind().execute(nobody.values(giver_name=crypto.seal('')))


def _fill() -> None:
    """What the new columns say of rows that were there before.

    A campaign or letter that the public reads already was read by one person, as it was then the rule; its next
    words need two. An update about a minor that nobody was mailed yet is not mailed any more, for the same reason.
    """
    op.execute('UPDATE application SET stage_since = COALESCE(decided_at, submitted_at, created_at)')
    minors = (
        'EXISTS (SELECT 1 FROM budget_line JOIN need ON need.id = budget_line.need_id '
        'JOIN application ON application.id = need.application_id '
        'WHERE budget_line.campaign_id = {} AND application.is_minor)'
    )
    op.execute(f"UPDATE campaign SET concerns_minor = {minors.format('campaign.id')} "
               "WHERE state IN ('draft', 'in_review', 'cancelled')")
    op.execute(f"UPDATE ask SET concerns_minor = {minors.format('ask.campaign_id')} WHERE state = 'drafted'")
    op.execute("UPDATE campaign_update SET mailed_at = published_at "
               "WHERE state = 'published' AND concerns_minor AND mailed_at IS NULL")


def _drop_guards() -> None:
    for table, name in (('application_decision', 'application_decision_refuses'), ('score_sheet', 'score_sheet_refuses'),
                        ('ask', 'ask_two_insert'), ('ask', 'ask_two_update'), ('campaign', 'campaign_two_insert'),
                        ('campaign', 'campaign_two_update'), ('campaign_update', 'campaign_update_two_insert'),
                        ('campaign_update', 'campaign_update_two_update')):
        op.only_on('sqlite', f'DROP TRIGGER {name}')
        op.only_on('postgresql', f'DROP TRIGGER {name} ON {table}')
        op.only_on('postgresql', f'DROP FUNCTION {name}()')
    op.only_on('sqlite', 'DROP TRIGGER consent_no_update')
    op.only_on('sqlite', 'DROP TRIGGER consent_no_delete')
    op.only_on('postgresql', 'DROP TRIGGER consent_no_change ON consent')


def _guard_consent() -> None:
    for dialect, statement in GUARDS:
        if 'consent' in statement.split(' ON ')[-1] or 'TRIGGER consent_' in statement:
            op.only_on(dialect, statement)


def _empty() -> None:
    """What the step before has no words for."""
    op.execute("UPDATE application SET stage = 'in_review' WHERE stage = 'waitlisted'")
    op.execute("UPDATE application SET stage = 'declined' WHERE stage = 'appealed'")
    op.execute("DELETE FROM application_decision WHERE verdict = 'waitlist'")
    op.execute("UPDATE application_decision SET reason = 'school_confirmed' WHERE reason = 'place_came_free'")
    op.execute("DELETE FROM consent WHERE purpose = 'showcase'")
    op.execute("UPDATE instalment SET state = 'cancelled', paid_at = NULL WHERE state = 'returned'")
    op.execute("DELETE FROM payment_case WHERE kind = 'refund_due'")
    op.execute('DELETE FROM application_document')
    op.execute("DELETE FROM file WHERE kind = 'sealed'")
