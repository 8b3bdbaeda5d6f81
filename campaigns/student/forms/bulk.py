"""A file of applications."""

from flask_wtf.file import FileField, FileRequired

from campaigns.kit.forms import OnceForm


class ImportForm(OnceForm):
    """The file."""

    file = FileField("The file", [FileRequired("Choose a file.")])

    @property
    def content(self) -> bytes:
        """The bytes that were sent."""
        return bytes(self.file.data.read())
