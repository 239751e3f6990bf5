"""Fill in a form in the browser by keyboard alone, without a model and without coordinates.

    python -m nen run fill_form.py --param url=https://example.com/form --param 'fields=["Ada", "ada@example.com"]'

Fields are filled in the order in which Tab reaches them. A screenshot of the outcome is left among the
run's files as form.png.

How Chromium is opened depends on the desktop: OPEN_BROWSER lists what is pressed for it, key by key, and
what is typed in between. Where a desktop starts with a browser, leave it empty.
"""

from pydantic import BaseModel, Field

from nen import Computer

# Each step is a tuple of keys that are pressed together, or a text that is typed.
OPEN_BROWSER: list[tuple[str, ...] | str] = [("ctrl", "alt", "t"), "chromium &", ("Return",)]
# Seconds for the desktop to show what a step opened, before the next one is typed into it.
PAUSE = 3.0
# Puts the cursor into the address bar.
ADDRESS_BAR = ("ctrl", "l")
# How often Tab is pressed from the page's beginning to its first field.
TABS_TO_FIRST_FIELD = 1


class Params(BaseModel):
    """Which form, and what goes into it."""

    url: str = Field(pattern="^https?://")
    fields: list[str] = Field(min_length=1)
    submit: bool = True


class Result(BaseModel):
    """What was done."""

    filled: int
    screenshot: str


def run(params: Params) -> Result:
    """Opens the form, fills its fields in order, and sends it off unless told not to."""
    computer = Computer()

    for step in OPEN_BROWSER:
        if isinstance(step, str):
            computer.type(step)
        else:
            computer.hotkey(*step)
            computer.wait(PAUSE)

    computer.hotkey(*ADDRESS_BAR)
    computer.type(params.url, interval=0)
    computer.press("Return")
    computer.wait(PAUSE)

    for _ in range(TABS_TO_FIRST_FIELD - 1):
        computer.press("Tab")
    for value in params.fields:
        computer.press("Tab")
        computer.hotkey("ctrl", "a")
        computer.type(value)
    if params.submit:
        computer.press("Return")
        computer.wait(PAUSE)

    with open("form.png", "wb") as file:
        file.write(computer.screenshot())
    return Result(filled=len(params.fields), screenshot="form.png")
