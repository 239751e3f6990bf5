#!/usr/bin/env python3
"""A model server on loopback for the documentation's agent loops: looks, clicks and types, and says a word at the end.

Speaks the wire formats of Anthropic, OpenAI (responses and chat completions) and Gemini, and refuses what the providers
refuse: a call that was not answered, an answer that belongs to no call, a look without its image. The turn is read from
the conversation, so it keeps no state.

Prints one line of JSON, {"url": …}, once it listens, and ends with its standard input.
"""

import http.server
import json
import sys
import threading

DONE = "The terminal is open, and its prompt waits."
# What is wanted, turn by turn, in the words of the computer tool.
TURNS = [
    [("screenshot", {})],
    [("left_click", {"coordinate": [100, 100]}), ("type", {"text": "ls"})],
]


class Refused(Exception):
    """A request that the provider would refuse."""


def must(holds, reason):
    """Refuses with the reason unless it holds."""
    if not holds:
        raise Refused(reason)


def ids_fit(asked, answered):
    """Every call has its answer, in any order, and no answer is alone."""
    must(sorted(asked) == sorted(answered), f"the calls {asked} were answered by {answered}")


def anthropic(body, beta):
    """`POST /v1/messages`."""
    kinds = [tool.get("type") for tool in body["tools"]]
    toolset = "computer_toolset_20260801" in kinds
    must(toolset or any(str(kind).startswith("computer_2") for kind in kinds), f"no computer among the tools {kinds}")
    must(toolset or "computer-use-" in beta, "computer_… needs its beta header")
    said = [message for message in body["messages"] if message["role"] == "assistant"]
    if said:
        asked = [block["id"] for block in said[-1]["content"] if block["type"] == "tool_use"]
        results = body["messages"][-1]["content"]
        ids_fit(asked, [block["tool_use_id"] for block in results])
        must(any(part["type"] == "image" for part in results[-1]["content"]), "the newest result has no image")
    content = [{"type": "text", "text": "I look." if not said else DONE}]
    for at, (name, params) in enumerate(TURNS[len(said)] if len(said) < len(TURNS) else []):
        call = {"type": "tool_use", "id": f"toolu_{len(said)}{at}"}
        call |= (
            {"name": name, "input": params, "toolset_name": "computer"}
            if toolset
            else {"name": "computer", "input": {"action": name, **params}}
        )
        content.append(call)
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": content,
        "stop_reason": "tool_use" if len(content) > 1 else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


def spoken_actions(turn):
    """A turn as OpenAI's computer tool says it."""
    words = {
        "screenshot": lambda p: {"type": "screenshot"},
        "type": lambda p: {"type": "type", "text": p["text"]},
        "left_click": lambda p: {"type": "click", "button": "left", "x": p["coordinate"][0], "y": p["coordinate"][1]},
    }
    return [words[name](params) for name, params in turn]


def openai(body, _beta):
    """`POST /v1/responses`."""
    kinds = [tool["type"] for tool in body["tools"]]
    items = [item for item in body["input"] if isinstance(item, dict)]
    asked = [item for item in items if item.get("type") in ("computer_call", "function_call")]
    given = [item for item in items if item.get("type") in ("computer_call_output", "function_call_output")]
    ids_fit([item["call_id"] for item in asked], [item["call_id"] for item in given])
    for item in given:
        output = item["output"]
        if item["type"] == "computer_call_output":
            must(output["image_url"].startswith("data:image/"), "the output is no screenshot")
            before = next(call for call in asked if call["call_id"] == item["call_id"])
            checks = {check["id"] for check in before.get("pending_safety_checks") or []}
            done = {check["id"] for check in item.get("acknowledged_safety_checks") or []}
            must(checks <= done, f"the safety checks {checks} were not acknowledged")
    preview, turns = "computer_use_preview" in kinds, TURNS
    if preview:
        must(body.get("truncation") == "auto", "computer-use-preview needs truncation auto")
        turns = [[one] for turn in TURNS for one in turn]
    reasoning = {"type": "reasoning", "id": f"rs_{len(given)}", "summary": []}
    turn = len({item["call_id"].rstrip("ab") for item in given})
    if turn >= len(turns):
        output = [
            {
                "type": "message",
                "id": "msg_9",
                "role": "assistant",
                "status": "completed",
                "content": [{"type": "output_text", "text": DONE, "annotations": []}],
            }
        ]
    elif preview or "computer" in kinds:
        checks = [{"id": "sc_1", "code": "malicious_instructions", "message": "Have a look."}] if turn == 1 else []
        call = {
            "type": "computer_call",
            "id": f"cu_{turn}",
            "call_id": f"call_{turn}",
            "status": "completed",
            "pending_safety_checks": checks,
        }
        actions = spoken_actions(turns[turn])
        output = [reasoning, call | ({"action": actions[0]} if preview else {"actions": actions})]
    else:
        output = [
            reasoning,
            *(
                {
                    "type": "function_call",
                    "id": f"fc_{turn}{at}",
                    "call_id": f"call_{turn}{'ab'[at]}",
                    "name": "computer",
                    "arguments": json.dumps({"action": name, **params}),
                    "status": "completed",
                }
                for at, (name, params) in enumerate(turns[turn])
            ),
        ]
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 0,
        "status": "completed",
        "model": body["model"],
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }


def chat(body, _beta):
    """`POST /v1/chat/completions`."""
    said = [message for message in body["messages"] if message["role"] == "assistant"]
    asked = [call["id"] for message in said for call in message.get("tool_calls") or []]
    ids_fit(asked, [message["tool_call_id"] for message in body["messages"] if message["role"] == "tool"])
    if asked:
        must(isinstance(body["messages"][-1]["content"], list), "the image does not follow the answers")
    message = {"role": "assistant", "content": DONE, "refusal": None}
    if len(said) < len(TURNS):
        calls = [
            {
                "id": f"call_{len(said)}{at}",
                "type": "function",
                "function": {"name": "computer", "arguments": json.dumps({"action": name, **params})},
            }
            for at, (name, params) in enumerate(TURNS[len(said)])
        ]
        message |= {"content": None, "tool_calls": calls}
    return {
        "id": "chat_1",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [
            {"index": 0, "message": message, "finish_reason": "tool_calls" if "tool_calls" in message else "stop"}
        ],
    }


def gemini(body, _beta):
    """`POST /v1beta/models/{model}:generateContent`."""
    must(any("computerUse" in tool for tool in body["tools"]), "no computerUse among the tools")
    said = [content for content in body["contents"] if content.get("role") == "model"]
    if said:
        asked = [part["functionCall"]["name"] for part in said[-1]["parts"] if "functionCall" in part]
        parts = body["contents"][-1]["parts"]
        ids_fit(asked, [part["functionResponse"]["name"] for part in parts])
        must(all(part["functionResponse"].get("parts") for part in parts), "a response has no image")
        typed = [part["functionResponse"]["response"] for part in parts if part["functionResponse"]["name"] == "type"]
        must(all(one.get("safety_acknowledgement") == "true" for one in typed), "a confirmation was not acknowledged")
    words = {
        "screenshot": lambda p: ("take_screenshot", {}),
        "type": lambda p: ("type", {"text": p["text"]}),
        "left_click": lambda p: ("click", {"x": p["coordinate"][0], "y": p["coordinate"][1]}),
    }
    parts = [{"text": "I look." if len(said) < len(TURNS) else DONE}]
    for name, params in TURNS[len(said)] if len(said) < len(TURNS) else []:
        called, args = words[name](params)
        if called == "type":
            args |= {"safety_decision": {"decision": "require_confirmation", "explanation": "This types."}}
        parts.append({"functionCall": {"name": called, "args": args}})
    return {
        "candidates": [{"index": 0, "content": {"role": "model", "parts": parts}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
    }


class Handler(http.server.BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Nothing goes to standard error: the tests read it."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        ways = {"/v1/messages": anthropic, "/v1/responses": openai, "/v1/chat/completions": chat}
        path = self.path.split("?")[0]
        way = gemini if path.endswith(":generateContent") else ways.get(path)
        try:
            must(way, f"no such path {path}")
            status, answer = 200, way(body, self.headers.get("anthropic-beta", ""))
        except Refused as refused:
            status, answer = 400, {"error": {"type": "invalid_request_error", "message": str(refused)}}
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
