mod schema;

use nen_protocol::tools::ToolSchema;
use serde::Serialize;
use serde_json::Value;

use crate::agent::not_blank;
use crate::budget::Spent;
use crate::conversation::{Conversation, Part};
use crate::error::AgentError;
use crate::prompt;
use crate::session::Session;
use schema::Wanted;

/// Once, and once more with what was wrong.
const TIMES: u32 = 2;

/// What was read off the screen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExtractReport {
    /// The data; fits the schema.
    pub value: Value,
    /// The model.
    pub model: String,
    /// What it took.
    #[serde(flatten)]
    pub spent: Spent,
}

pub(crate) async fn extract(
    session: &mut Session<'_>,
    query: &str,
    schema: &Value,
) -> Result<ExtractReport, AgentError> {
    not_blank("query", query)?;
    let wanted = Wanted::new(schema)?;
    let shot = session.look().await?;
    let mut conversation = Conversation::new(
        prompt::extract(),
        vec![
            Part::Image(shot.image),
            Part::Text(format!("What is wanted: {query}")),
        ],
    );
    let tool = ToolSchema {
        name: "extracted".to_owned(),
        description: "Takes the data that was read off the screen.".to_owned(),
        parameters: wanted.parameters().clone(),
    };
    let value = session
        .ask_by(&mut conversation, tool, TIMES, |input| wanted.read(input))
        .await?
        .map_err(|errors| AgentError::Extraction { errors })?;
    Ok(ExtractReport {
        value,
        model: session.model.name.clone(),
        spent: session.spent,
    })
}
