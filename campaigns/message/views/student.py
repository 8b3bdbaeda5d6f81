"""The student's side, in the browser that holds the application."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from campaigns.kit import db, web
from campaigns.kit.limits import limiter
from campaigns.message import queries, rules
from campaigns.message.forms import ConfirmForm, MessageForm
from campaigns.message.models import Thread
from campaigns.message.states import Side
from campaigns.message.views import base
from campaigns.message.views.base import blueprint
from campaigns.student.views import base as students


def _own(ref: str) -> Thread:
    return db.one_or_404(queries.of_student(students.held().id).where(Thread.ref == ref))


def _here(ref: str) -> ResponseReturnValue:
    return redirect(url_for("message.student_thread", ref=ref), 303)


@blueprint.get("/apply/messages")
@web.guest
def student() -> ResponseReturnValue:
    """The student's conversations with sponsors."""
    application = students.held()
    threads = db.session.scalars(queries.of_student(application.id)).all()
    unread = set(db.session.scalars(queries.unread(application.id)))
    return render_template("message/student.html", application=application, threads=threads, unread=unread)


@blueprint.route("/apply/messages/<ref>", methods=["GET", "POST"])
@web.guest
@limiter.limit("20/minute", methods=["POST"])
def student_thread(ref: str) -> ResponseReturnValue:
    """One conversation, and a form to write."""
    thread, form = _own(ref), MessageForm()
    if form.validate_on_submit():
        with form.showing_refusals():
            rules.write(thread, form.text.data or "", sender=Side.STUDENT, once=form.once.data or "")
            flash("Your message waits for somebody of the community to read it.", "good")
            return _here(ref)
    thread = _own(ref)
    context = base.shown(thread, thread.pledge, Side.STUDENT)
    return render_template("message/thread.html", form=form, **context), form.status


@blueprint.post("/apply/messages/<ref>/<any(read, end):step>")
@web.guest
def student_step(ref: str, step: str) -> ResponseReturnValue:
    """Note that all was read, or end the conversation."""
    thread = _own(ref)
    if ConfirmForm().validate_on_submit():
        if step == "read":
            rules.mark_read(thread, reader=Side.STUDENT)
        else:
            rules.end(thread, side=Side.STUDENT)
    return _here(ref)
