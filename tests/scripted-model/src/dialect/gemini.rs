use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Answering, Understood, check_forced, check_tool, list, only, text};
use crate::cache::Block;
use crate::computer::{self, Computer};
use crate::images::{self, Size};
use crate::script::Step;

/// What signs the model's thoughts.
const SIGNATURE: &str = "c2NyaXB0ZWQ=";

pub(crate) fn understand(model: &str, body: &Value) -> Result<Understood, String> {
    let body = &camel_case(body);
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
        only(tool, "tools", &["computerUse", "functionDeclarations"])?;
        if let Some(declared) = tool.get("computerUse") {
            found.blocks.push(plain(declared));
            found
                .computer
                .declare(computer::gemini::declared(declared)?)?;
            if tool.get("functionDeclarations").is_none() {
                continue;
            }
        }
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
    if let Computer::Gemini(tool) = &found.computer
        && let Some(name) = names.iter().find(|name| tool.owns(name))
    {
        return Err(format!("the function {name} is one of computerUse"));
    }
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
        found.subject.says(said.join("\n"));
    }
    if contents.len() % 2 == 0 {
        return Err("the last content must be the user's".to_owned());
    }
    Ok(found)
}

/// Google reads either spelling of a name, and its clients mix them. What is the caller's own stays as it is.
fn camel_case(value: &Value) -> Value {
    let spelt = |name: &str| {
        let mut words = name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |before, word| {
            let (initial, rest) = word.split_at(word.len().min(1));
            before + &initial.to_uppercase() + rest
        })
    };
    match value {
        Value::Array(items) => items.iter().map(camel_case).collect(),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                let name = spelt(name);
                let own = ["args", "response", "parametersJsonSchema"].contains(&name.as_str());
                let value = if own {
                    value.clone()
                } else {
                    camel_case(value)
                };
                (name, value)
            };
            fields.iter().map(field).collect()
        }
        other => other.clone(),
    }
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
        let parts = response["parts"].as_array();
        for inner in parts.into_iter().flatten() {
            inline(inner, found)?;
        }
        match &found.computer {
            Computer::Gemini(tool) if tool.owns(name) && parts.is_none_or(Vec::is_empty) => {
                return Err(format!(
                    "the response to {name} has to hold a screenshot in its parts"
                ));
            }
            _ => {}
        }
        return Ok(Some(words(&response["response"])));
    }
    if part.get("inlineData").is_some() {
        inline(part, found)?;
        return Ok(None);
    }
    text(part, "/text").map(|text| Some(text.to_owned()))
}

fn inline(part: &Value, found: &mut Understood) -> Result<(), String> {
    // Either alphabet of base64 is read.
    let data = text(part, "/inlineData/data")?.replace('-', "+");
    let data = data.replace('_', "/");
    found.sees(images::check(text(part, "/inlineData/mimeType")?, &data)?);
    Ok(())
}

/// The texts of a response, one a line.
fn words(response: &Value) -> String {
    let values = response.as_object().into_iter().flatten();
    let words = values.map(|(_, value)| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    words.collect::<Vec<_>>().join("\n")
}

/// What the model is taken to see before it was shown anything.
const UNSEEN: Size = (1280, 800);

pub(crate) fn answer(step: &Step, answering: Answering<'_>) -> Result<Value, String> {
    let Answering {
        found,
        number,
        read,
        output,
    } = answering;
    let mut parts: Vec<Value> = step.text.iter().map(|text| json!({"text": text})).collect();
    let mut calls = Vec::new();
    for call in &step.calls {
        match &found.computer {
            Computer::Gemini(tool) if call.tool == computer::TOOL => {
                calls.extend(tool.calls(&call.input, found.seen.unwrap_or(UNSEEN))?);
            }
            _ => calls.push(json!({"name": call.tool, "args": call.input})),
        }
    }
    for (at, mut call) in calls.into_iter().enumerate() {
        call["id"] = json!(format!("fn_{number}_{at}"));
        let mut part = json!({"functionCall": call});
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
    Ok(json!({
        "responseId": format!("gen_{number}"), "modelVersion": found.model,
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": read.total(), "cachedContentTokenCount": read.cached,
            "candidatesTokenCount": output, "totalTokenCount": read.total() + output,
        },
    }))
}
