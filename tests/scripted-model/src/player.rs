use std::collections::{HashMap, VecDeque};

use crate::script::{Answers, Call, Script, Step, When};

/// Plays a script.
#[derive(Debug)]
pub(crate) struct Player {
    script: Script,
    left: VecDeque<Step>,
    /// How often each rule with answers in order was used.
    used: HashMap<usize, usize>,
    /// Calls for later turns of conversations that take one at a time, by how they began.
    kept: HashMap<String, VecDeque<Call>>,
}

/// What a request is about, for the rules.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subject {
    /// Text of the user's first message.
    pub(crate) first: String,
    /// Text of the user's newest message, results of tools included.
    pub(crate) newest: String,
    /// Answers of the model in it.
    pub(crate) turns: usize,
    /// Whether it takes one call in an answer only.
    pub(crate) one_call: bool,
}

impl Subject {
    /// Notes what the user says first, and newest.
    pub(crate) fn says(&mut self, said: String) {
        if self.first.is_empty() {
            self.first.clone_from(&said);
        }
        self.newest = said;
    }

    /// Notes one more thing that belongs to the newest message.
    pub(crate) fn adds(&mut self, said: &str) {
        self.newest.push('\n');
        self.newest.push_str(said);
    }
}

impl Player {
    pub(crate) fn new(script: Script) -> Self {
        Self {
            left: script.steps.iter().cloned().collect(),
            script,
            used: HashMap::new(),
            kept: HashMap::new(),
        }
    }

    /// The answer to a request, or why there is none.
    pub(crate) fn next(&mut self, subject: &Subject) -> Result<Step, String> {
        if !subject.one_call {
            return self.step(subject);
        }
        let mut step = match self.kept.remove(&subject.first) {
            None => self.step(subject)?,
            Some(calls) => Step {
                calls: calls.into(),
                ..Step::default()
            },
        };
        if step.calls.len() > 1 {
            let later = step.calls.split_off(1).into();
            self.kept.insert(subject.first.clone(), later);
        }
        Ok(step)
    }

    fn step(&mut self, subject: &Subject) -> Result<Step, String> {
        let fits = |when: &When| match when {
            When::Contains(words) => {
                subject.first.contains(words) || subject.newest.contains(words)
            }
            When::Newest(words) => subject.newest.contains(words),
        };
        let mut rules = self.script.rules.iter().enumerate();
        let rule = rules.find(|(_, rule)| fits(&rule.when));
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
                    rule.when,
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
            one_call: false,
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
    fn a_rule_for_the_newest_words_reacts_to_what_the_model_is_told() {
        let script = Script::parse(
            r#"[{"when": {"newest": "door open"}, "answer": {"text": "enter"}},
                {"when": {"newest": ""}, "answer": {"text": "knock"}}]"#,
        )
        .unwrap();
        let mut player = Player::new(script);
        let mut said = |first: &str, newest: &str| {
            let step = player.next(&subject(first, newest, 3)).unwrap();
            step.text.unwrap()
        };
        assert_eq!(said("go in", "go in"), "knock");
        assert_eq!(said("go in", "a shut door"), "knock");
        assert_eq!(said("go in", "seen: door open"), "enter");
        assert_eq!(said("is the door open?", "no"), "knock");
    }

    #[test]
    fn who_takes_one_call_at_a_time_gets_the_others_in_turn() {
        let script = Script::parse(
            r#"[{"text": "both", "calls": [{"tool": "a"}, {"tool": "b"}]}, {"text": "done"}]"#,
        )
        .unwrap();
        let mut player = Player::new(script);
        let one = Subject {
            one_call: true,
            ..subject("x", "x", 0)
        };
        let mut next = || {
            let step = player.next(&one).unwrap();
            let tools: Vec<String> = step.calls.into_iter().map(|call| call.tool).collect();
            (step.text.unwrap_or_default(), tools)
        };
        assert_eq!(next(), ("both".to_owned(), vec!["a".to_owned()]));
        assert_eq!(next(), (String::new(), vec!["b".to_owned()]));
        assert_eq!(next(), ("done".to_owned(), vec![]));
    }

    #[test]
    fn a_script_with_a_misspelt_field_is_refused() {
        for bad in [
            "{}",
            r#"[{"txt": "one"}]"#,
            r#"[{"when": {"contains": "x"}}]"#,
            r#"[{"when": {"contains": "x"}, "turns": []}]"#,
            r#"[{"when": {"newst": "x"}, "answer": {}}]"#,
        ] {
            assert!(Script::parse(bad).is_err(), "{bad}");
        }
    }
}
