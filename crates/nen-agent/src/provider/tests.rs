use nen_protocol::tools::ToolSchema;
use serde_json::{Value, json};

use super::http::Dialect;
use super::{Anthropic, Chat, Gemini, Reply, Request, Responses, Stop, Usage};
use crate::conversation::{Conversation, Image, Message, Part, ToolResult};

fn image(data: &str) -> Part {
    Part::Image(Image {
        media_type: "image/png".into(),
        data: data.into(),
    })
}

/// Instruction and screenshot, an answer with two calls, their results: one with a picture, one failed.
fn conversation(raw: Value) -> Conversation {
    let mut conversation = Conversation::new(
        "be careful",
        vec![Part::Text("open it".into()), image("first")],
    );
    conversation.heard(raw);
    let result = |id: &str, content, failed| ToolResult {
        id: id.into(),
        tool: "computer".into(),
        content,
        failed,
    };
    conversation.messages.push(Message::Results(vec![
        result("a", vec![Part::Text("clicked".into())], false),
        result(
            "b",
            vec![Part::Text("missed".into()), image("second")],
            true,
        ),
    ]));
    conversation
}

fn tools() -> Vec<ToolSchema> {
    vec![ToolSchema {
        name: "computer".into(),
        description: "Control".into(),
        parameters: json!({"type": "object"}),
    }]
}

fn body<D: Dialect>(model: &str, raw: Value, force: Option<&str>) -> Value {
    D::body(&Request {
        model,
        conversation: &conversation(raw),
        tools: &tools(),
        force,
        max_output: 100,
    })
}

fn reply<D: Dialect>(body: &Value) -> Reply {
    D::reply(body).unwrap()
}

#[test]
fn anthropic_gets_pictures_in_results_and_marks_for_its_cache() {
    let said = json!([
        {"type": "thinking", "thinking": "", "signature": "s"},
        {"type": "tool_use", "id": "a", "name": "computer", "input": {}},
        {"type": "tool_use", "id": "b", "name": "computer", "input": {}},
    ]);
    let mark = json!({"type": "ephemeral"});
    let picture = |data: &str| json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}});
    let mut last = picture("second");
    last["cache_control"] = mark.clone();
    assert_eq!(
        body::<Anthropic>("claude-sonnet-4-6", said.clone(), None),
        json!({
            "model": "claude-sonnet-4-6", "max_tokens": 100,
            "system": [{"type": "text", "text": "be careful", "cache_control": mark}],
            "tools": [{"name": "computer", "description": "Control", "input_schema": {"type": "object"}}],
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "open it"}, picture("first")]},
                {"role": "assistant", "content": said},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text", "text": "clicked"}]},
                    {"type": "tool_result", "tool_use_id": "b", "is_error": true, "content": [{"type": "text", "text": "missed"}]},
                    last,
                ]},
            ],
        })
    );
}

#[test]
fn a_single_question_is_forced_and_not_written_into_anthropics_cache() {
    let body = body::<Anthropic>("claude-sonnet-4-6", Value::Null, Some("computer"));
    assert_eq!(
        body["tool_choice"],
        json!({"type": "tool", "name": "computer"})
    );
    assert!(!body["messages"].to_string().contains("cache_control"));
}

#[test]
fn a_successful_result_of_anthropics_holds_its_picture() {
    let mut conversation = Conversation::new("", vec![Part::Text("x".into())]);
    conversation.heard(json!([{"type": "tool_use", "id": "a", "name": "computer", "input": {}}]));
    conversation
        .messages
        .push(Message::Results(vec![ToolResult {
            id: "a".into(),
            tool: "computer".into(),
            content: vec![Part::Text("ok".into()), image("p")],
            failed: false,
        }]));
    conversation.stable = Some(0);
    let body = Anthropic::body(&Request {
        model: "m",
        conversation: &conversation,
        tools: &[],
        force: None,
        max_output: 1,
    });
    let result = &body["messages"][2]["content"][0];
    assert_eq!(result["content"][1]["source"]["data"], "p");
    assert_eq!(result["cache_control"]["type"], "ephemeral");
    let stable = &body["messages"][0]["content"][0];
    assert_eq!(stable["cache_control"]["type"], "ephemeral");
}

#[test]
fn anthropics_answer_is_understood_and_kept_as_it_is() {
    let content = json!([
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "text", "text": "I click."},
        {"type": "text", "text": ""},
        {"type": "tool_use", "id": "t1", "name": "computer", "input": {"action": "screenshot"}},
        {"type": "tool_use", "id": "t2", "name": "computer", "input": []},
    ]);
    let reply = reply::<Anthropic>(&json!({
        "content": content, "stop_reason": "tool_use",
        "usage": {"input_tokens": 5, "cache_read_input_tokens": 7, "cache_creation_input_tokens": 11, "output_tokens": 13},
    }));
    assert_eq!(reply.text, "I click.");
    assert_eq!(
        (reply.calls[0].id.as_str(), reply.calls[0].tool.as_str()),
        ("t1", "computer")
    );
    assert_eq!(
        reply.calls[0].input.as_ref().unwrap()["action"],
        "screenshot"
    );
    assert!(reply.calls[1].input.is_err());
    assert_eq!(
        reply.raw.as_array().unwrap().len(),
        4,
        "without the empty text"
    );
    assert_eq!(reply.raw[0], content[0]);
    assert_eq!(reply.stop, Stop::Done);
    let usage = Usage {
        input: 5,
        cached_input: 7,
        cache_write: 11,
        output: 13,
    };
    assert_eq!(reply.usage, usage);
}

#[test]
fn responses_get_the_models_items_back_and_pictures_in_outputs() {
    let said = json!([
        {"type": "reasoning", "id": "rs", "encrypted_content": "e", "summary": []},
        {"type": "function_call", "call_id": "a", "name": "computer", "arguments": "{}"},
    ]);
    let picture = |data: &str| json!({"type": "input_image", "image_url": format!("data:image/png;base64,{data}"), "detail": "original"});
    assert_eq!(
        body::<Responses>("gpt-5.4", said.clone(), None),
        json!({
            "model": "gpt-5.4", "instructions": "be careful", "max_output_tokens": 100,
            "store": false, "include": ["reasoning.encrypted_content"],
            "tools": [{"type": "function", "name": "computer", "description": "Control", "parameters": {"type": "object"}, "strict": false}],
            "input": [
                {"role": "user", "content": [{"type": "input_text", "text": "open it"}, picture("first")]},
                said[0], said[1],
                {"type": "function_call_output", "call_id": "a", "output": [{"type": "input_text", "text": "clicked"}]},
                {"type": "function_call_output", "call_id": "b", "output": [{"type": "input_text", "text": "missed"}, picture("second")]},
            ],
        })
    );
    let forced = body::<Responses>("gpt-4.1", Value::Null, Some("computer"));
    assert_eq!(
        forced["tool_choice"],
        json!({"type": "function", "name": "computer"})
    );
    assert_eq!(
        forced.get("include"),
        None,
        "a model that does not think has no thoughts to include"
    );
    assert_eq!(forced["input"][0]["content"][1]["detail"], "high");
}

#[test]
fn a_response_is_understood_with_its_reasons_for_stopping() {
    let whole = reply::<Responses>(&json!({
        "status": "completed", "error": null, "incomplete_details": null,
        "output": [
            {"type": "reasoning", "id": "rs", "encrypted_content": "e"},
            {"type": "message", "content": [{"type": "output_text", "text": "hello"}]},
            {"type": "function_call", "call_id": "c", "name": "computer", "arguments": "{\"action\":\"wait\"}"},
            {"type": "function_call", "call_id": "d", "name": "computer", "arguments": "{oops"},
        ],
        "usage": {"input_tokens": 10, "input_tokens_details": {"cached_tokens": 4}, "output_tokens": 3},
    }));
    assert_eq!(whole.text, "hello");
    assert_eq!(whole.calls[0].input.as_ref().unwrap()["action"], "wait");
    assert!(
        whole.calls[1]
            .input
            .as_ref()
            .unwrap_err()
            .contains("not valid JSON")
    );
    assert_eq!((whole.usage.input, whole.usage.cached_input), (6, 4));
    assert_eq!(whole.raw[0]["encrypted_content"], "e");
    let stopped = |reason: &str| {
        reply::<Responses>(&json!({"output": [], "incomplete_details": {"reason": reason}})).stop
    };
    assert_eq!(stopped("max_output_tokens"), Stop::CutOff);
    assert!(matches!(stopped("content_filter"), Stop::Refused(_)));
    let refused = reply::<Responses>(
        &json!({"output": [{"type": "message", "content": [{"type": "refusal", "refusal": "no"}]}]}),
    );
    assert_eq!(refused.stop, Stop::Refused("no".into()));
    assert!(Responses::reply(&json!({"error": {"message": "broke"}})).is_err());
}

#[test]
fn chat_completions_get_pictures_in_a_message_of_their_own() {
    let said = json!({"role": "assistant", "content": null, "tool_calls": []});
    assert_eq!(
        body::<Chat>("m", said.clone(), Some("computer")),
        json!({
            "model": "m",
            "tools": [{"type": "function", "function": {"name": "computer", "description": "Control", "parameters": {"type": "object"}}}],
            "tool_choice": {"type": "function", "function": {"name": "computer"}},
            "messages": [
                {"role": "system", "content": "be careful"},
                {"role": "user", "content": [{"type": "text", "text": "open it"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,first"}}]},
                said,
                {"role": "tool", "tool_call_id": "a", "content": "clicked"},
                {"role": "tool", "tool_call_id": "b", "content": "Error: missed"},
                {"role": "user", "content": [{"type": "text", "text": "The screen after that:"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,second"}}]},
            ],
        })
    );
}

#[test]
fn a_chat_completion_keeps_its_calls_and_garbled_arguments_do_not_go_back() {
    let calls = json!([
        {"id": "1", "type": "function", "function": {"name": "computer", "arguments": "{\"action\": \"wait\"}"}, "extra": 1},
        {"id": "2", "type": "function", "function": {"name": "computer", "arguments": "{\"action\": "}},
        {"id": "3", "type": "function", "function": {"name": "computer", "arguments": ""}},
    ]);
    let reply = reply::<Chat>(&json!({
        "choices": [{"finish_reason": "tool_calls", "message": {"role": "assistant", "content": "", "refusal": null, "annotations": [], "tool_calls": calls}}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 2},
    }));
    assert!(reply.calls[0].input.is_ok() && reply.calls[1].input.is_err());
    assert_eq!(reply.calls[2].input.as_ref().unwrap().len(), 0);
    assert_eq!(reply.raw["tool_calls"][0], calls[0]);
    assert_eq!(reply.raw["tool_calls"][1]["function"]["arguments"], "{}");
    assert_eq!(reply.raw.get("annotations"), None);
    assert_eq!((reply.usage.input, reply.usage.output), (9, 2));
    let cut = json!({"choices": [{"finish_reason": "length", "message": {"content": "x"}}]});
    assert_eq!(self::reply::<Chat>(&cut).stop, Stop::CutOff);
    assert!(Chat::reply(&json!({"choices": []})).is_err());
}

#[test]
fn gemini_gets_pictures_in_responses_and_beside_them_before_its_third_generation() {
    let said = json!({"role": "model", "parts": [{"functionCall": {"name": "computer", "args": {}}, "thoughtSignature": "s"}]});
    let picture = |data: &str| json!({"inlineData": {"mimeType": "image/png", "data": data}});
    let newest = body::<Gemini>("gemini-3-pro", said.clone(), Some("computer"));
    assert_eq!(
        newest,
        json!({
            "systemInstruction": {"parts": [{"text": "be careful"}]},
            "generationConfig": {"maxOutputTokens": 100},
            "tools": [{"functionDeclarations": [{"name": "computer", "description": "Control", "parametersJsonSchema": {"type": "object"}}]}],
            "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["computer"]}},
            "contents": [
                {"role": "user", "parts": [{"text": "open it"}, picture("first")]},
                said,
                {"role": "user", "parts": [
                    {"functionResponse": {"name": "computer", "id": "a", "response": {"output": "clicked"}}},
                    {"functionResponse": {"name": "computer", "id": "b", "response": {"error": "missed"}, "parts": [picture("second")]}},
                ]},
            ],
        })
    );
    let older = body::<Gemini>("gemini-2.5-pro", said, None);
    let parts = &older["contents"][2]["parts"];
    assert_eq!(parts[1]["functionResponse"].get("parts"), None);
    assert_eq!(parts[2], picture("second"));
}

#[test]
fn geminis_answer_is_understood_with_its_signatures_and_troubles() {
    let parts = json!([
        {"text": "thinking", "thought": true},
        {"text": "I look. "},
        {"functionCall": {"name": "computer", "args": {"action": "screenshot"}}, "thoughtSignature": "s"},
        {"functionCall": {"name": "finish", "id": "f"}},
    ]);
    let reply = reply::<Gemini>(&json!({
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 10, "cachedContentTokenCount": 4, "candidatesTokenCount": 3, "thoughtsTokenCount": 2},
    }));
    assert_eq!(reply.text, "I look. ");
    assert_eq!(reply.raw, json!({"role": "model", "parts": parts}));
    assert_eq!(
        (reply.calls[0].id.as_str(), reply.calls[1].id.as_str()),
        ("", "f")
    );
    assert!(reply.calls[1].input.as_ref().unwrap().is_empty());
    assert_eq!(
        (
            reply.usage.input,
            reply.usage.cached_input,
            reply.usage.output
        ),
        (6, 4, 5)
    );
    let stopped = |reason: &str| {
        self::reply::<Gemini>(&json!({"candidates": [{"finishReason": reason}]})).stop
    };
    assert!(matches!(
        stopped("MALFORMED_FUNCTION_CALL"),
        Stop::Unreadable(_)
    ));
    assert!(matches!(stopped("SAFETY"), Stop::Refused(_)));
    assert_eq!(stopped("MAX_TOKENS"), Stop::CutOff);
    let blocked = json!({"promptFeedback": {"blockReason": "OTHER"}});
    assert!(matches!(
        self::reply::<Gemini>(&blocked).stop,
        Stop::Refused(_)
    ));
}

#[test]
fn what_is_no_answer_at_all_is_said_to_be_none() {
    for body in [json!({}), json!([]), json!(null), json!("hello")] {
        assert!(Anthropic::reply(&body).is_err());
        assert!(Responses::reply(&body).is_err());
        assert!(Chat::reply(&body).is_err());
        assert!(Gemini::reply(&body).is_err());
    }
}
