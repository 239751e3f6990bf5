//! The Model Context Protocol: `tools` of `tools/list`, `params` of `tools/call`, and its result.

use serde_json::{Value, json};

use super::asked::{Answered, Asked, Wants};
use super::function::{self, reply, text};
use super::{Setup, Wire};
use crate::Invalid;
use crate::scale::Sight;

pub(super) struct Mcp;

impl Wire for Mcp {
    /// Whose model is behind a client is not known; this is what most take.
    fn sight(&self) -> Sight {
        Sight {
            long_side: 1568,
            short_side: 1568,
            pixels: 1_600_000,
            grid: None,
        }
    }

    fn tools(&self, setup: &Setup) -> Result<Vec<Value>, Invalid> {
        let tools = setup.tools.iter();
        tools
            .map(|name| {
                let schema = function::schema(name, setup.display())?;
                Ok(json!({
                    "name": schema.name,
                    "description": schema.description,
                    "inputSchema": schema.parameters,
                    "annotations": {"readOnlyHint": false, "destructiveHint": true, "openWorldHint": true},
                }))
            })
            .collect()
    }

    fn read(&self, item: &Value) -> Result<Option<Asked>, Invalid> {
        let name = text(item, "/name")?;
        let none = json!({});
        let input = match &item["arguments"] {
            Value::Null => &none,
            input => input,
        };
        Ok(Some(Asked {
            reply: reply([]),
            actions: function::action(name, input).map(|call| vec![call]),
            image: Wants::Newest,
        }))
    }

    fn write(&self, answered: &[Answered]) -> Vec<Value> {
        let result = |answered: &Answered| {
            let mut content = vec![json!({"type": "text", "text": answered.text})];
            if let Some(image) = &answered.image {
                content.push(json!({
                    "type": "image", "data": image.data, "mimeType": image.media_type,
                }));
            }
            json!({"content": content, "isError": answered.failed})
        };
        answered.iter().map(result).collect()
    }
}
