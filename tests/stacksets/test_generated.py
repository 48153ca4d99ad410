from scripts.generated.catalogs import ROOT
from scripts.generated.files import FOLDERS, generated_files


def test_generated_files_are_fresh():
    stale = [
        str(path.relative_to(ROOT))
        for path, text in generated_files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run scripts/golden and review the difference"


def test_nothing_is_left_over_from_group_sets_that_are_gone():
    wanted = set(generated_files())
    assert [path.name for folder in FOLDERS for path in folder.iterdir() if path.is_file() and path not in wanted] == []
