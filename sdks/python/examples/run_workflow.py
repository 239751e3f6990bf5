"""Upload a workflow, run it, read its log as it comes, and keep the files it left.

NEN_API_KEY=sk_nen_… python run_workflow.py
"""

from nen_client import Nen

WORKFLOW = """
from nen import Computer
from pydantic import BaseModel


class Params(BaseModel):
    greeting: str


class Result(BaseModel):
    characters: int


def run(params: Params) -> Result:
    print("typing", params.greeting)
    Computer().type(params.greeting)
    with open("/artifacts/greeting.txt", "w") as file:
        file.write(params.greeting)
    return Result(characters=len(params.greeting))
"""


def main() -> None:
    """Prints log and result; saves assets.zip."""
    with Nen() as client:
        workflow = client.upload_workflow("greeting", {"workflow.py": WORKFLOW})
        try:
            run_id = client.start_run(workflow.workflow_id, {"greeting": "hello"}).message_id
            with client.follow_run_logs(run_id) as log:
                for record in log:
                    print(f"{record.stream}: {record.text}")
            run = client.wait_run(run_id, timeout=600)
            if not run.success:
                raise SystemExit(f"{run.error_type}: {run.error}")
            size = client.save_run_assets(run, "assets.zip")
            print(f"{run.result}; assets.zip has {size} bytes")
        finally:
            client.delete_workflow(workflow.workflow_id)


if __name__ == "__main__":
    main()
