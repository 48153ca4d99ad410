"""One Chromium for all of these tests; without one they are skipped, but never in the build."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
Open = Callable[..., Page]


def found_browser() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = found_browser()
    if executable is None:
        assert os.environ.get("CI") != "true", f"no browser is installed: one of {', '.join(NAMES)}"
        pytest.skip(f"no browser is installed: one of {', '.join(NAMES)}")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=sandbox)
        yield started
        started.close()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """``show(html)`` opens a page as a reader does, from a file; what it runs, loads or reports against its will fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    loaded: list[str] = []

    def open_page(html: str, **options: Any) -> Page:
        file = tmp_path / "report.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1600, "height": 1000}, **options})
        contexts.append(context)
        page = context.new_page()
        page.add_init_script("window.alert = (words) => console.log('alert', words)")
        page.on("console", lambda message: faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("request", lambda request: loaded.append(request.url))
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
    assert set(loaded) <= {(tmp_path / "report.html").as_uri()}
