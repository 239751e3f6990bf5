#!/bin/bash
# Claude works on a desktop with Anthropic's own computer tool, in curl and jq.
set -euo pipefail

task=${1:-Open https://example.com in the browser and tell me what the page says.}
model=claude-sonnet-4-6
beta=computer-use-2025-11-24

nen() { # METHOD PATH, the body on standard input
  curl --silent --show-error --fail-with-body --max-time 360 --request "$1" "$NEN_API_URL$2" \
    --header "Authorization: Bearer $NEN_API_KEY" --header 'Content-Type: application/json' --data-binary @-
}

claude() { # the body on standard input
  curl --silent --show-error --fail-with-body "${ANTHROPIC_BASE_URL:-https://api.anthropic.com}/v1/messages" \
    --header "x-api-key: $ANTHROPIC_API_KEY" --header 'anthropic-version: 2023-06-01' \
    --header "anthropic-beta: $beta" --header 'Content-Type: application/json' --data-binary @-
}

# A desktop, and a folder for the conversation; neither outlives the program.
desktop=/desktops/$(jq --null-input '{tools: ["computer", "clipboard", "windows"], start_url: env.START_URL}' |
  nen POST /desktops | jq --raw-output .desktop_id)
talk=$(mktemp --directory)
trap 'nen DELETE "$desktop" </dev/null >/dev/null; rm --recursive "$talk"' EXIT

nen GET "$desktop/tools?dialect=anthropic" </dev/null >"$talk/tools"
jq --null-input --arg task "$task" '[{role: "user", content: $task}]' >"$talk/messages"

while true; do
  jq --null-input --arg model "$model" --slurpfile tools "$talk/tools" --slurpfile messages "$talk/messages" \
    '{model: $model, max_tokens: 4096, tools: $tools[0], messages: $messages[0]}' | claude >"$talk/answer"
  if [ "$(jq --raw-output .stop_reason "$talk/answer")" != tool_use ]; then break; fi
  jq .content "$talk/answer" | nen POST "$desktop/calls?dialect=anthropic" >"$talk/results"
  jq --slurpfile answer "$talk/answer" --slurpfile results "$talk/results" \
    '. + [{role: "assistant", content: $answer[0].content}, {role: "user", content: $results[0]}]' \
    "$talk/messages" >"$talk/longer"
  mv "$talk/longer" "$talk/messages"
done

jq --raw-output '.content[] | select(.type == "text").text' "$talk/answer"
