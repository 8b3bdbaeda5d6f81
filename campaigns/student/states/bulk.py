"""Many applications from one file."""

from enum import StrEnum

from campaigns.kit.states import Moves


class ImportState(StrEnum):
    """Where an import is."""

    WAITING = "waiting"
    DONE = "done"
    CLEARED = "cleared"  # nothing of the file, its errors and its codes is kept any more


IMPORT_MOVES: Moves[ImportState] = {
    ImportState.WAITING: {ImportState.DONE, ImportState.CLEARED},
    ImportState.DONE: {ImportState.CLEARED},
}
