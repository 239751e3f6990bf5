import type { SourceFile } from "nen-client";

/** A workflow that needs no model: it opens a page in the desktop's browser and brings back a picture of it. */
export const EXAMPLE: SourceFile = {
  filename: "workflow.py",
  content: `from nen import Computer
from pydantic import BaseModel, Field


class Params(BaseModel):
    url: str = Field(default="https://example.com", description="Address of the page.")
    seconds: float = Field(default=4, ge=0, le=60, description="How long the page may take.")


class Result(BaseModel):
    url: str
    picture: str


def run(params: Params) -> Result:
    computer = Computer()
    computer.click_at(24, 778)  # Chromium's icon in the task bar
    computer.wait(3)
    computer.hotkey("ctrl", "l")
    computer.type(params.url + "\\n")
    computer.wait(params.seconds)
    print("opened", params.url)  # what is printed is the run's log

    with open("/artifacts/page.png", "wb") as file:  # what is written is kept with the run
        file.write(computer.screenshot())
    return Result(url=params.url, picture="page.png")
`,
};
