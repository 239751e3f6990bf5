// A model behind OpenAI's chat completions, or any server that imitates them, works on a desktop.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

type object = map[string]any

// ask sends a request and reads the answer into out.
func ask(method, url, key string, body, out any) {
	sent, _ := json.Marshal(body)
	request, _ := http.NewRequest(method, url, bytes.NewReader(sent))
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Panic(err)
	}
	defer response.Body.Close()
	if text, _ := io.ReadAll(response.Body); response.StatusCode >= 300 || out != nil && json.Unmarshal(text, out) != nil {
		log.Panicf("%s %s: %s %s", method, url, response.Status, text)
	}
}

func main() {
	usual := "Open https://example.com in the browser and tell me what the page says."
	task := append(os.Args[1:], usual)[0]
	nen, key := os.Getenv("NEN_API_URL"), os.Getenv("NEN_API_KEY")
	created, wanted := object{}, object{"tools": []string{"computer", "clipboard", "windows"}}
	if url := os.Getenv("START_URL"); url != "" {
		wanted["start_url"] = url
	}
	ask("POST", nen+"/desktops", key, wanted, &created)
	desktop := fmt.Sprint(nen, "/desktops/", created["desktop_id"])
	defer ask("DELETE", desktop, key, nil, nil)

	var tools, results []any
	ask("GET", desktop+"/tools?dialect=openai-functions", key, nil, &tools)
	model := cmp.Or(os.Getenv("OPENAI_BASE_URL"), "https://api.openai.com/v1") + "/chat/completions"
	messages := []any{object{"role": "user", "content": task}}
	for {
		var answer struct{ Choices []struct{ Message object } }
		ask("POST", model, os.Getenv("OPENAI_API_KEY"), object{"model": "gpt-5.5", "messages": messages, "tools": tools}, &answer)
		message := answer.Choices[0].Message
		if message["tool_calls"] == nil {
			fmt.Println(message["content"])
			return
		}
		ask("POST", desktop+"/calls?dialect=openai-functions", key, message["tool_calls"], &results)
		messages = append(append(messages, message), results...)
	}
}
