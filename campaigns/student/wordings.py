"""What a student, and a minor's guardian, agree to: the exact words, kept with each consent."""

from typing import NamedTuple

from campaigns.student.states import Purpose


class Wording(NamedTuple):
    """A purpose in a few words, to the student and to others; what the student agrees to, and what the guardian."""

    title: str
    about: str
    student: str
    guardian: str


WORDINGS: dict[Purpose, Wording] = {
    Purpose.APPLY: Wording(
        "Reading your application",
        "Reading the application",
        "People of this community who check applications may read what I wrote here, ask my school about it, "
        "and keep it while they decide.",
        "I agree that this community reads the application of the young person in my care, asks the school "
        "about it, and keeps it while it decides.",
    ),
    Purpose.PUBLISH_TEXT: Wording(
        "Telling your story in public",
        "Telling the story in public",
        "If I am accepted, a page on the internet may show my alias, country, region, level and costs, and a "
        "text about me without my name. I can take this back at any time.",
        "I agree that a page on the internet shows the alias, country, region, level and costs of the young "
        "person in my care, and a text without the name. I can take this back at any time.",
    ),
    Purpose.SHARE_WITH_SPONSOR: Wording(
        "Telling sponsors how it goes",
        "Telling sponsors how it goes",
        "People who give money for me may get news about my studies, under my alias, that is not on the public "
        "page. I can take this back at any time.",
        "I agree that people who give money get news about the studies of the young person in my care, under "
        "the alias, that is not on the public page. I can take this back at any time.",
    ),
    Purpose.PUBLISH_IMAGE: Wording(
        "Showing a picture",
        "Showing a picture",
        "A picture that I chose may be shown in public. It need not show my face. I can take this back at any "
        "time; who copied it before may still have it.",
        "I agree that a picture chosen with the young person in my care is shown in public. I can take this "
        "back at any time; who copied it before may still have it.",
    ),
    Purpose.SHOWCASE: Wording(
        "Showing your own work",
        "Showing their own work",
        "Texts, drawings and other work that I made and chose may be shown on the internet under my alias, with my "
        "country. Two people look at each before it is shown. I can take this back at any time; who copied it before "
        "may still have it.",
        "I agree that work which the young person in my care made and chose is shown on the internet under the alias, "
        "with the country. I can take this back at any time; who copied it before may still have it.",
    ),
}
