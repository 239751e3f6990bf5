import type { SourceFile } from "nen-client";

/** A workflow that needs no model: it opens a page in the desktop's browser and brings back a picture of it. */
export const EXAMPLE: SourceFile = {
  filename: "workflow.py",
  content: `from nen import Computer
from pydantic import BaseModel, Field


class Params(BaseModel):
    url: str = "https://example.com"
    seconds: float = Field(4, ge=0, le=60, description="Time for the page.")


class Result(BaseModel):
    url: str
    picture: str


def run(params: Params) -> Result:
    computer = Computer()
    computer.click_at(24, 778)  # Chromium, in the task bar
    computer.wait(3)
    computer.hotkey("ctrl", "l")
    computer.type(params.url + "\\n")
    computer.wait(params.seconds)
    print("opened", params.url)  # the run's log

    # Files in /artifacts are kept with the run.
    with open("/artifacts/page.png", "wb") as file:
        file.write(computer.screenshot())
    return Result(url=params.url, picture="page.png")
`,
};
