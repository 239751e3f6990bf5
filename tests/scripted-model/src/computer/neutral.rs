use serde_json::Value;

/// A script's call of `computer`: an action with its parameters, in pixels of the images that the model is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neutral<'a> {
    pub(super) action: &'a str,
    input: &'a Value,
}

impl<'a> Neutral<'a> {
    pub(super) fn read(input: &'a Value) -> Result<Self, String> {
        let action = input["action"]
            .as_str()
            .ok_or("the script calls computer without an action")?;
        Ok(Self { action, input })
    }

    /// Its parameters, without the action.
    pub(super) fn parameters(&self) -> Value {
        let mut parameters = self.input.clone();
        if let Some(fields) = parameters.as_object_mut() {
            fields.remove("action");
        }
        parameters
    }

    pub(super) fn text(&self) -> Result<&'a str, String> {
        self.input["text"]
            .as_str()
            .ok_or_else(|| format!("the script's {} has no text", self.action))
    }

    /// A point, which most providers' actions cannot do without.
    pub(super) fn point(&self, name: &str) -> Result<(i64, i64), String> {
        point(&self.input[name])
            .ok_or_else(|| format!("the script's {} has no {name}", self.action))
    }

    /// The points of a drag.
    pub(super) fn path(&self) -> Result<Vec<(i64, i64)>, String> {
        match self.input["path"].as_array() {
            Some(points) => points
                .iter()
                .map(|at| {
                    point(at).ok_or_else(|| "the script's path is no list of points".to_owned())
                })
                .collect(),
            None => Ok(vec![
                self.point("start_coordinate")?,
                self.point("coordinate")?,
            ]),
        }
    }

    /// The chords of `key`, each a list of keys, repeated as often as they are to be pressed.
    pub(super) fn chords(&self) -> Result<Vec<Vec<&'a str>>, String> {
        let chords: Vec<Vec<&str>> = self
            .text()?
            .split_whitespace()
            .map(|chord| chord.split('+').collect())
            .collect();
        let times = self.input["repeat"].as_u64().unwrap_or(1);
        Ok((0..times).flat_map(|_| chords.clone()).collect())
    }

    /// Keys held while the mouse acts.
    pub(super) fn held(&self) -> Vec<&'a str> {
        self.input["text"]
            .as_str()
            .map(|text| text.split('+').collect())
            .unwrap_or_default()
    }

    /// Where a scroll goes, and how many clicks of the wheel.
    pub(super) fn scroll(&self) -> (&'a str, i64) {
        (
            self.input["scroll_direction"].as_str().unwrap_or("down"),
            self.input["scroll_amount"].as_i64().unwrap_or(3),
        )
    }

    /// Seconds of a wait; none when it is until the screen settles.
    pub(super) fn duration(&self) -> Option<u64> {
        self.input["duration"].as_u64()
    }

    /// For an action that the declared tool cannot do, so that no model would ask it to.
    pub(super) fn unknown<T>(&self, tool: &str) -> Result<T, String> {
        Err(format!(
            "the script calls {}, which {tool} does not have",
            self.action
        ))
    }
}

fn point(value: &Value) -> Option<(i64, i64)> {
    Some((value[0].as_i64()?, value[1].as_i64()?))
}
