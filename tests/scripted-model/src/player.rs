use std::collections::{HashMap, VecDeque};

use crate::script::{Answers, Script, Step};

/// Plays a script.
#[derive(Debug)]
pub(crate) struct Player {
    script: Script,
    left: VecDeque<Step>,
    /// How often each rule with answers in order was used.
    used: HashMap<usize, usize>,
}

/// What a request is about, for the rules.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subject {
    /// Text of the user's first message.
    pub(crate) first: String,
    /// Text of the user's newest message.
    pub(crate) newest: String,
    /// Answers of the model in it.
    pub(crate) turns: usize,
}

impl Player {
    pub(crate) fn new(script: Script) -> Self {
        Self {
            left: script.steps.iter().cloned().collect(),
            script,
            used: HashMap::new(),
        }
    }

    /// The answer to a request, or why there is none.
    pub(crate) fn next(&mut self, subject: &Subject) -> Result<Step, String> {
        let rule = self.script.rules.iter().enumerate().find(|(_, rule)| {
            subject.first.contains(&rule.contains) || subject.newest.contains(&rule.contains)
        });
        let Some((at, rule)) = rule else {
            return self
                .left
                .pop_front()
                .ok_or_else(|| "the script has no answer left for this request".to_owned());
        };
        match &rule.answers {
            Answers::Same(step) => Ok((**step).clone()),
            Answers::InOrder(steps) => {
                let used = self.used.entry(at).or_default();
                let step = steps.get(*used).or(steps.last()).cloned();
                *used += 1;
                step.ok_or_else(|| "the rule has no answer".to_owned())
            }
            Answers::ByTurn(steps) => steps.get(subject.turns).cloned().ok_or_else(|| {
                format!(
                    "the rule for {:?} has no answer number {}",
                    rule.contains,
                    subject.turns + 1
                )
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Player, Subject};
    use crate::script::Script;

    fn subject(first: &str, newest: &str, turns: usize) -> Subject {
        Subject {
            first: first.into(),
            newest: newest.into(),
            turns,
        }
    }

    #[test]
    fn rules_answer_their_own_requests_and_steps_all_others() {
        let script = Script::parse(
            r#"[{"text": "one"},
                {"when": {"contains": "pump"}, "turns": [{"text": "p1"}, {"text": "p2"}]},
                {"when": {"contains": "valve"}, "answers": [{"status": 429}, {"text": "v"}]},
                {"when": {"contains": "tank"}, "answer": {"text": "t"}},
                {"text": "two"}]"#,
        )
        .unwrap();
        let mut player = Player::new(script);
        let mut said = |subject: Subject| player.next(&subject).map(|step| step.text);
        assert_eq!(said(subject("fix the pump", "", 1)), Ok(Some("p2".into())));
        assert_eq!(said(subject("fix the pump", "", 0)), Ok(Some("p1".into())));
        assert!(said(subject("fix the pump", "", 2)).is_err());
        assert_eq!(said(subject("else", "", 0)), Ok(Some("one".into())));
        assert_eq!(said(subject("x", "now the valve", 0)), Ok(None));
        assert_eq!(said(subject("x", "now the valve", 0)), Ok(Some("v".into())));
        assert_eq!(said(subject("x", "now the valve", 0)), Ok(Some("v".into())));
        assert_eq!(said(subject("tank", "", 9)), Ok(Some("t".into())));
        assert_eq!(said(subject("else", "", 0)), Ok(Some("two".into())));
        assert!(said(subject("else", "", 0)).is_err());
    }

    #[test]
    fn a_script_with_a_misspelt_field_is_refused() {
        for bad in [
            "{}",
            r#"[{"txt": "one"}]"#,
            r#"[{"when": {"contains": "x"}}]"#,
            r#"[{"when": {"contains": "x"}, "turns": []}]"#,
        ] {
            assert!(Script::parse(bad).is_err(), "{bad}");
        }
    }
}
