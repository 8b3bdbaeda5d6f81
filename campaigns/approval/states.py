"""What is approved by two, and what each of them asks of it."""

from enum import StrEnum


class Subject(StrEnum):
    """What a text belongs to."""

    CAMPAIGN = "campaign"
    UPDATE = "update"
    ASK = "ask"


class Question(StrEnum):
    """Could this child be recognised? Each reader answers every one; a single yes stops the text."""

    NAME = "name"
    PLACE = "place"
    PICTURE = "picture"
    RARE = "rare"
    FAMILY = "family"
    DATES = "dates"
    GROUP = "group"
    CONTACT = "contact"


QUESTIONS: dict[Question, str] = {
    Question.NAME: "Does it hold the student’s name, or a part or nickname of it?",
    Question.PLACE: "Does it name or describe the school, the village or a landmark?",
    Question.PICTURE: "Does a picture show a face, a uniform, a badge or a place that can be found?",
    Question.RARE: "Does it tell something rare that singles the student out in the region?",
    Question.FAMILY: "Does it name or describe relatives so that neighbours would know them?",
    Question.DATES: "Does it give an exact date: of birth, of an accident, of an exam?",
    Question.GROUP: "Does it speak of a group of fewer than 10 to which the student belongs?",
    Question.CONTACT: "Does it hold a telephone number, an address, a web page or an account name?",
}


class Stand(StrEnum):
    """How far a text has come."""

    UNREAD = "unread"
    HALF = "half"  # one of two has approved it
    COMPLETE = "complete"
