use crate::conversation::{Conversation, Part};

/// Screenshots a conversation keeps when it is pruned.
const KEEP: usize = 3;
/// Screenshots beyond that before it is pruned. Pruning changes what came before, so the provider's cache
/// of it is worth nothing from there on; with this slack that happens once in six turns.
const SLACK: usize = 5;
/// What stands where a screenshot was.
pub(crate) const REMOVED: &str = "[screenshot removed]";

impl Conversation {
    /// Takes old screenshots out, all but the newest three once there are more than eight, so that the
    /// cost of a task grows with its steps and not with their square.
    pub(crate) fn prune(&mut self) {
        let images = self.parts_mut().filter(|(_, part)| is_image(part)).count();
        if images <= KEEP + SLACK {
            return;
        }
        let mut last = None;
        for (at, part) in self
            .parts_mut()
            .filter(|(_, part)| is_image(part))
            .take(images - KEEP)
        {
            *part = Part::Text(REMOVED.to_owned());
            last = Some(at);
        }
        self.stable = last;
    }
}

fn is_image(part: &Part) -> bool {
    matches!(part, Part::Image(_))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{KEEP, REMOVED, SLACK, is_image};
    use crate::conversation::{Conversation, Image, Message, Part, ToolResult};

    fn image(number: usize) -> Part {
        Part::Image(Image {
            media_type: "image/png".into(),
            data: number.to_string().into(),
        })
    }

    fn images(conversation: &mut Conversation) -> Vec<String> {
        conversation
            .parts_mut()
            .filter_map(|(_, part)| match part {
                Part::Image(image) => Some(image.data.to_string()),
                Part::Text(_) => None,
            })
            .collect()
    }

    fn step(conversation: &mut Conversation, number: usize) {
        conversation.heard(json!({"step": number}));
        conversation
            .messages
            .push(Message::Results(vec![ToolResult {
                id: number.to_string(),
                tool: "computer".into(),
                content: vec![Part::Text("done".into()), image(number)],
                failed: false,
            }]));
        conversation.prune();
    }

    #[test]
    fn the_newest_screenshots_stay_and_the_old_ones_become_a_note() {
        let mut conversation = Conversation::new("", vec![image(0)]);
        for number in 1..=KEEP + SLACK {
            step(&mut conversation, number);
        }
        assert_eq!(images(&mut conversation), ["6", "7", "8"]);
        let notes = conversation
            .parts_mut()
            .filter(|(_, part)| **part == Part::Text(REMOVED.into()))
            .count();
        assert_eq!(notes, 6);
    }

    #[test]
    fn between_two_prunings_nothing_that_was_sent_changes() {
        let mut conversation = Conversation::new("", vec![image(0)]);
        let mut changes = 0;
        for number in 1..=60 {
            let before = conversation.clone();
            step(&mut conversation, number);
            if conversation.messages[..before.messages.len()] != before.messages[..] {
                changes += 1;
                // What is called stable was so before as well, up to the stable message of then.
                let stable = before.stable.map_or(0, |at| at + 1);
                assert_eq!(conversation.messages[..stable], before.messages[..stable]);
            }
            let kept = conversation
                .parts_mut()
                .filter(|(_, p)| is_image(p))
                .count();
            assert!(kept <= KEEP + SLACK, "{kept}");
        }
        assert_eq!(changes, 9, "at step 8 and then once in six");
    }
}
