// Command agentloop lets a model of Anthropic work on a desktop. The loop is all there is to an agent: ask the model,
// hand its tool calls to the desktop, hand the results back.
//
//	export NEN_API_KEY=sk_nen_… ANTHROPIC_API_KEY=…
//	go run ./examples/agentloop "Open Chromium, go to example.com and tell me its headline"
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	nendesktop "github.com/nen-open/nen/sdks/go"
)

// mostTurns is how often the model is asked at most.
const mostTurns = 30

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: agentloop TASK")
	}
	if err := run(context.Background(), os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, task string) (err error) {
	client := nendesktop.New(nendesktop.Config{})
	desktop, err := client.CreateDesktop(ctx, "sandbox", nendesktop.WithName("agent"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, desktop.Close()) }()

	// The version of the provider's tool that goes with the model and the header anthropic-beta below.
	variant := nendesktop.WithVariant("computer_20251124")
	tools, err := desktop.DialectTools(ctx, nendesktop.Anthropic, variant)
	if err != nil {
		return err
	}
	messages := []message{{"user", task}}
	for range mostTurns {
		content, err := ask(ctx, messages, tools)
		if err != nil {
			return err
		}
		messages = append(messages, message{"assistant", content})
		calls := blocksOf(content, "tool_use")
		if len(calls) == 0 {
			return say(blocksOf(content, "text"))
		}
		results, err := desktop.Calls(ctx, nendesktop.Anthropic, calls, variant)
		if err != nil {
			return err
		}
		messages = append(messages, message{"user", results})
	}
	return fmt.Errorf("the model was not done after %d turns", mostTurns)
}

type message struct {
	Role    string `json:"role"`
	Content any    `json:"content"`
}

// ask is one request to the model. A program of yours would use the provider's own package.
func ask(ctx context.Context, messages []message, tools []json.RawMessage) ([]json.RawMessage, error) {
	body, err := json.Marshal(map[string]any{
		"model": "claude-sonnet-4-6", "max_tokens": 2048, "messages": messages, "tools": tools,
	})
	if err != nil {
		return nil, err
	}
	address := os.Getenv("ANTHROPIC_BASE_URL")
	if address == "" {
		address = "https://api.anthropic.com"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/v1/messages", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("x-api-key", os.Getenv("ANTHROPIC_API_KEY"))
	request.Header.Set("anthropic-version", "2023-06-01")
	request.Header.Set("anthropic-beta", "computer-use-2025-11-24")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the model's provider answered %s: %s", response.Status, text)
	}
	var answer struct{ Content []json.RawMessage }
	err = json.Unmarshal(text, &answer)
	return answer.Content, err
}

func say(blocks []json.RawMessage) error {
	for _, block := range blocks {
		var said struct{ Text string }
		if err := json.Unmarshal(block, &said); err != nil {
			return err
		}
		fmt.Println(said.Text)
	}
	return nil
}

func blocksOf(content []json.RawMessage, kind string) []json.RawMessage {
	var found []json.RawMessage
	for _, block := range content {
		var described struct{ Type string }
		if json.Unmarshal(block, &described) == nil && described.Type == kind {
			found = append(found, block)
		}
	}
	return found
}
