"""What a cost line pays for."""

from enum import StrEnum


class NeedKind(StrEnum):
    """What a cost line pays for."""

    TUITION = "tuition"
    BOOKS = "books"
    TRANSPORT = "transport"
    DEVICE = "device"
    EXAM_FEES = "exam_fees"
    BOARDING = "boarding"
    UNIFORM = "uniform"
    OTHER = "other"
