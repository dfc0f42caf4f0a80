"""Which files of `nlu_data` are sentences to learn from."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Text, Union

from rasa.shared.importers.rasa import RasaFileImporter

#: One folder a language. Beside them lie test sets, lookups and the words of the guard, of which
#: Rasa would take some for training sentences.
LANGUAGE_FOLDERS = ("vi", "en", "km")


class LanguageFolders(RasaFileImporter):
    """Rasa's own importer, held to the folders of the languages."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
    ) -> None:
        paths = (
            [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths
        )
        folders = [Path(path) / name for path in paths or [] for name in LANGUAGE_FOLDERS]
        # A fixed order makes the model a function of its data.
        super().__init__(config_file, domain_path, [str(f) for f in folders if f.is_dir()])
        self._nlu_files = sorted(self._nlu_files)
