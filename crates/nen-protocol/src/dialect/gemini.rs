//! Google's Gemini API with its computer use. Wire facts: the types of Google's own client for Python, and its
//! documentation for names and arguments.

use serde_json::{Value, json};

use super::asked::{Answered, Asked, Wants};
use super::function::{self, reply, text};
use super::{Setup, Wire, gemini_browser, gemini_desktop};
use crate::scale::Sight;
use crate::{Invalid, Size};

pub(super) struct Gemini {
    /// The actions of Gemini 2.5's browser rather than those of a desktop. Newer models' browser is in both.
    pub browser: bool,
}

/// What of the arguments is about the call, not about the action.
const ABOUT: [&str; 2] = ["intent", "safety_decision"];

impl Wire for Gemini {
    fn sight(&self) -> Sight {
        Sight {
            long_side: 3072,
            short_side: 3072,
            pixels: 3072 * 3072,
            // Gemini's models were trained to point on this grid, whatever the image's size.
            grid: Some(Size {
                width: 1000,
                height: 1000,
            }),
        }
    }

    fn tools(&self, setup: &Setup) -> Result<Vec<Value>, Invalid> {
        let mut tools = Vec::new();
        if setup.has_computer() {
            let environment = match self.browser {
                true => "ENVIRONMENT_BROWSER",
                false => "ENVIRONMENT_DESKTOP",
            };
            tools.push(json!({"computerUse": {"environment": environment}}));
        }
        let others = setup.other_tools().map(|name| {
            let schema = function::schema(name, setup.display())?;
            Ok(json!({
                "name": schema.name,
                "description": schema.description,
                "parametersJsonSchema": schema.parameters,
            }))
        });
        let others: Vec<Value> = others.collect::<Result<_, Invalid>>()?;
        if !others.is_empty() {
            tools.push(json!({"functionDeclarations": others}));
        }
        Ok(tools)
    }

    /// Takes parts of an answer, and the calls in them by themselves, in either spelling of the clients.
    fn read(&self, item: &Value) -> Result<Option<Asked>, Invalid> {
        let wrapped = item
            .get("functionCall")
            .or_else(|| item.get("function_call"));
        let call = match wrapped {
            Some(Value::Null) | None if item.get("name").is_none() => return Ok(None),
            Some(Value::Null) | None => item,
            Some(call) => call,
        };
        let name = text(call, "/name")?;
        let mut input = match &call["args"] {
            Value::Null => json!({}),
            args => args.clone(),
        };
        let decision = input["safety_decision"]["decision"].as_str();
        let acknowledgement = &call["safety_acknowledgement"];
        if decision == Some("require_confirmation") && acknowledgement.is_null() {
            return Err(Invalid(format!(
                "the call of {name} requires a person's confirmation: show its safety_decision to one, and post it again with \"safety_acknowledgement\": \"true\" beside its name"
            )));
        }
        if let Value::Object(fields) = &mut input {
            fields.retain(|name, _| !ABOUT.contains(&name.as_str()));
        }
        let actions = match name {
            "bash" | "clipboard" | "windows" => {
                function::action(name, &input).map(|call| vec![call])
            }
            _ => gemini_desktop::read(name, &input)
                .or_else(|| gemini_browser::read(name, &input))
                .unwrap_or_else(|| Err(format!("there is no function {name:?}"))),
        };
        Ok(Some(Asked {
            reply: reply([
                ("name", &call["name"]),
                ("id", &call["id"]),
                ("safety_acknowledgement", acknowledgement),
            ]),
            actions,
            image: Wants::Always,
        }))
    }

    fn write(&self, answered: &[Answered]) -> Vec<Value> {
        let part = |one: &Answered| {
            let word = if one.failed { "error" } else { "output" };
            let mut response = json!({word: one.text});
            if let Some(acknowledgement) = one.reply.get("safety_acknowledgement") {
                response["safety_acknowledgement"] = acknowledgement.clone();
            }
            let mut answer = json!({"name": one.reply.get("name"), "response": response});
            if let Some(id) = one.reply.get("id") {
                answer["id"] = id.clone();
            }
            if let Some(image) = &one.image {
                answer["parts"] = json!([
                    {"inlineData": {"mimeType": image.media_type, "data": image.data}},
                ]);
            }
            json!({"functionResponse": answer})
        };
        answered.iter().map(part).collect()
    }
}
