"""Download the invoices of a vendor and hand them on with the run's results.

    python -m nen run invoice_download.py --param portal=https://portal.example.com --param vendor=Acme

The agent downloads them with the browser of the desktop, to where the browser saves things. They are then
copied into the working folder: in a run that is /artifacts, whose content is kept with the run.
"""

import csv

from pydantic import BaseModel, Field

from nen import Agent, Computer, WorkflowError

# Where the browser of a desktop puts downloads.
DOWNLOADS = "/drive/Downloads"


class Params(BaseModel):
    """Whose invoices, and where they are."""

    portal: str = Field(pattern="^https?://")
    vendor: str = Field(min_length=1)
    most: int = Field(default=10, ge=1, le=50)


class Invoice(BaseModel):
    """One file that was downloaded."""

    name: str
    size: int


class Result(BaseModel):
    """What is in the run's files."""

    invoices: list[Invoice]


def run(params: Params) -> Result:
    """Downloads the newest invoices of a vendor and lists them in invoices.csv."""
    agent, drive = Agent(), Computer().drive(DOWNLOADS)
    before = {file.path for file in drive.files("*.pdf")}

    agent.execute(
        f"Open {params.portal} in Chromium, find the invoices of {params.vendor} and download the "
        f"newest {params.most} of them as PDF. Wait until every download is complete.",
        max_iterations=40,
    )

    files = [file for file in drive.files("*.pdf") if file.path not in before]
    if not files:
        raise WorkflowError(f"no invoice of {params.vendor} has arrived in {drive}")

    for file in files:
        print(f"saving {file.name}, {file.size} bytes")
        file.save(file.name)
    with open("invoices.csv", "w", newline="", encoding="utf-8") as table:
        csv.writer(table).writerows(
            [["file", "bytes"], *([file.name, file.size] for file in files)]
        )

    return Result(invoices=[Invoice(name=file.name, size=file.size) for file in files])
