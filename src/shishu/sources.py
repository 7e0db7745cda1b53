"""The receipt of a dataset: who published it, what it is, what may be done with it, and its hash."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Receipt of a dataset.

    Attributes
    ----------
    id : str
        Name of the dataset in the catalogue, or of the user's file.
    publisher, title, citation : str
        Original publisher, title of the publication, how to cite it.
    year : str
        Year or years that the figures describe.
    unit : str
        Unit of the figures as published.
    vintage : str
        Which release of the figures this is.
    licence : str
        What is known of the terms of use.
    sha256 : str
        Hash of the file that was read.
    note : str
        How the figures came here, and what was checked.
    """

    id: str
    publisher: str = ""
    title: str = ""
    year: str = ""
    unit: str = ""
    vintage: str = ""
    licence: str = ""
    citation: str = ""
    sha256: str = ""
    note: str = ""

    def to_dict(self) -> dict[str, str]:
        """Plain fields, in order."""
        return asdict(self)
