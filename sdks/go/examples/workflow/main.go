// Command workflow uploads a workflow, runs it, shows its log as it comes, and prints its result.
//
//	export NEN_API_KEY=sk_nen_…
//	go run ./examples/workflow
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	nendesktop "github.com/nen-open/nen/sdks/go"
)

const source = `
from pydantic import BaseModel


class Params(BaseModel):
    name: str


class Result(BaseModel):
    greeting: str


def run(params: Params) -> Result:
    print("greeting", params.name)
    return Result(greeting=f"Hello, {params.name}")
`

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) (err error) {
	client := nendesktop.New(nendesktop.Config{})
	files := []nendesktop.SourceFile{{Filename: "workflow.py", Content: source}}
	workflow, err := client.CreateWorkflow(ctx, "greeting", files)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.DeleteWorkflow(ctx, workflow.WorkflowID)) }()

	started, err := client.StartRun(ctx, nendesktop.StartRunRequest{
		WorkflowID:     workflow.WorkflowID,
		WorkflowParams: map[string]string{"name": "Ada"},
	})
	if err != nil {
		return err
	}
	for line, err := range client.RunLogs(ctx, started.MessageID, nendesktop.Following()) {
		if err != nil {
			return err
		}
		fmt.Println(line.Time().Format("15:04:05.000"), line.Stream, line.Text)
	}
	ended, err := client.WaitForRun(ctx, started.MessageID)
	if err != nil {
		return err
	}
	var result struct{ Greeting string }
	if err := ended.Decode(&result); err != nil {
		return err
	}
	fmt.Println(result.Greeting)
	return nil
}
