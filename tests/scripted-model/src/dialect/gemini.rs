use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Understood, check_forced, check_tool, list, only, text};
use crate::cache::{Block, Read};
use crate::images;
use crate::script::Step;

/// What signs the model's thoughts.
const SIGNATURE: &str = "c2NyaXB0ZWQ=";

pub(crate) fn understand(model: &str, body: &Value) -> Result<Understood, String> {
    only(
        body,
        "body",
        &[
            "systemInstruction",
            "contents",
            "tools",
            "toolConfig",
            "generationConfig",
        ],
    )?;
    let mut found = Understood {
        model: model.to_owned(),
        ..Understood::default()
    };
    let plain = |content: &Value| Block {
        content: content.clone(),
        marked: false,
    };
    let mut names = HashSet::new();
    for tool in body["tools"].as_array().into_iter().flatten() {
        for function in list(tool, "/functionDeclarations")? {
            only(
                function,
                "functionDeclarations",
                &["name", "description", "parametersJsonSchema"],
            )?;
            check_tool(text(function, "/name")?, &function["parametersJsonSchema"])?;
            names.insert(text(function, "/name")?.to_owned());
            found.blocks.push(plain(function));
        }
    }
    let allowed = body.pointer("/toolConfig/functionCallingConfig/allowedFunctionNames/0");
    check_forced(allowed.and_then(Value::as_str), &names)?;
    found.blocks.push(plain(&body["systemInstruction"]));
    let mut owed: Vec<(String, String)> = Vec::new();
    let contents = list(body, "/contents")?;
    for (at, content) in contents.iter().enumerate() {
        found.blocks.push(plain(content));
        only(content, "contents", &["role", "parts"])?;
        let role = if at % 2 == 0 { "user" } else { "model" };
        if content["role"] != role {
            return Err(format!(
                "contents[{at}]: roles must alternate, expected {role}"
            ));
        }
        let parts = list(content, "/parts")?;
        if role == "model" {
            found.subject.turns += 1;
            // The first call of a turn has to come back with the signature it was given.
            let first = parts.iter().find(|part| part.get("functionCall").is_some());
            if let Some(part) = first
                && part["thoughtSignature"] != SIGNATURE
            {
                return Err(format!(
                    "function call is missing a thought_signature in functionCall parts, contents[{at}]"
                ));
            }
            for part in parts.iter().filter_map(|part| part.get("functionCall")) {
                let id = part["id"].as_str().unwrap_or_default();
                owed.push((text(part, "/name")?.to_owned(), id.to_owned()));
            }
            continue;
        }
        let mut said = Vec::new();
        for part in parts {
            said.extend(user(part, &mut owed, &mut found)?);
        }
        if !owed.is_empty() {
            return Err("the number of function response parts must equal that of function call parts of the turn before".to_owned());
        }
        found.subject.newest = said.join("\n");
        if at == 0 {
            found.subject.first.clone_from(&found.subject.newest);
        }
    }
    if contents.len() % 2 == 0 {
        return Err("the last content must be the user's".to_owned());
    }
    Ok(found)
}

fn user(
    part: &Value,
    owed: &mut Vec<(String, String)>,
    found: &mut Understood,
) -> Result<Option<String>, String> {
    if let Some(response) = part.get("functionResponse") {
        only(
            response,
            "functionResponse",
            &["name", "id", "response", "parts"],
        )?;
        if !response["response"].is_object() {
            return Err("functionResponse.response must be an object".to_owned());
        }
        let id = response["id"].as_str().unwrap_or_default();
        let name = text(response, "/name")?;
        let at = owed.iter().position(|(n, i)| n == name && i == id);
        owed.remove(at.ok_or_else(|| format!("no function call {name} {id} for this response"))?);
        for inner in response["parts"].as_array().into_iter().flatten() {
            inline(inner, found)?;
        }
        return Ok(Some(response["response"].to_string()));
    }
    if part.get("inlineData").is_some() {
        inline(part, found)?;
        return Ok(None);
    }
    text(part, "/text").map(|text| Some(text.to_owned()))
}

fn inline(part: &Value, found: &mut Understood) -> Result<(), String> {
    found.images += 1;
    images::check(
        text(part, "/inlineData/mimeType")?,
        text(part, "/inlineData/data")?,
    )
}

pub(crate) fn answer(step: &Step, model: &str, number: u64, read: Read, output: u64) -> Value {
    let mut parts: Vec<Value> = step.text.iter().map(|text| json!({"text": text})).collect();
    for (at, call) in step.calls.iter().enumerate() {
        let mut part = json!({
            "functionCall": {"name": call.tool, "args": call.input, "id": format!("fn_{number}_{at}")},
        });
        if at == 0 {
            part["thoughtSignature"] = json!(SIGNATURE);
        }
        parts.push(part);
    }
    let mut candidate = json!({
        "index": 0,
        "finishReason": step.stop.as_deref().unwrap_or("STOP"),
    });
    // A model that says nothing has no content at all.
    if !parts.is_empty() {
        candidate["content"] = json!({"role": "model", "parts": parts});
    }
    json!({
        "responseId": format!("gen_{number}"), "modelVersion": model,
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": read.total(), "cachedContentTokenCount": read.cached,
            "candidatesTokenCount": output, "totalTokenCount": read.total() + output,
        },
    })
}
