"""Every error that songngu raises on purpose.

    SongnguError                 one line for the user: what, where, why
      SourceError                the source cannot be read as an article              exit 2
        NotAnArticle             readable, but no report (login page, no figures)     exit 2
      GlossaryError              a table of glossary/ is wrong: file, row, reason     exit 3
      TemplateError              a template is wrong: file, line, reason              exit 3
      ModelError                 no, damaged or unsuitable translation package        exit 4
      TranslationError           the engine failed while it worked                    exit 4
      RenderError                the PDF or a chart could not be made                 exit 5
      StoreError                 a stage file or folder cannot be written or read     exit 6
        ArchiveError             an archive, or what shall go into it, cannot be used exit 6
      DeliveryError              subscribers or a message cannot be used               exit 7
      SettingsError              songngu.toml or a secret cannot be used               exit 8
      BusyError                  another run is at work                                exit 9

Exit status 1 is "it ran and found something" (`songngu check`: an error of the report; `songngu review import`:
a correction that cannot be used), 130 an interrupt.
Exceptions of other libraries are turned into one of these where they arise.
"""


class SongnguError(Exception):
    """Base of the tree; `exit_status` is the process's exit status when it reaches the command line."""

    exit_status = 1


class SourceError(SongnguError):
    """The source cannot be read: missing, empty, binary, wrongly encoded, not Vietnamese."""

    exit_status = 2


class NotAnArticle(SourceError):
    """The source was read, but holds no statistical report."""


class GlossaryError(SongnguError):
    """A row of a glossary table cannot be used; the message names file, row and reason."""

    exit_status = 3

    def __init__(self, file: str, row: int, reason: str) -> None:
        super().__init__(f"{file}, row {row}: {reason}" if row else f"{file}: {reason}")


class TemplateError(SongnguError):
    """A template cannot be rendered; the message names file, line and reason."""

    exit_status = 3


class ModelError(SongnguError):
    """A translation package is missing, damaged or not for Vietnamese to English."""

    exit_status = 4


class TranslationError(SongnguError):
    """The translation engine failed."""

    exit_status = 4


class RenderError(SongnguError):
    """A chart or a document could not be made."""

    exit_status = 5


class StoreError(SongnguError):
    """A stage file or an output folder cannot be written or read."""

    exit_status = 6


class ArchiveError(StoreError):
    """An archive cannot be used, or a brief is not such as may go into it."""


class DeliveryError(SongnguError):
    """A table of subscribers, a mail server or a message cannot be used."""

    exit_status = 7


class SettingsError(SongnguError):
    """The settings of unattended runs, or a secret that they name, cannot be used."""

    exit_status = 8


class BusyError(SongnguError):
    """Another process is at the work that only one may do."""

    exit_status = 9
