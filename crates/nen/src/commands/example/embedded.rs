use std::{borrow::Cow, collections::BTreeMap};

use rust_embed::RustEmbed;

/// The folder `examples/` of the repository, without what running one leaves there.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../examples"]
#[exclude = "*/node_modules/*"]
#[exclude = "*/.venv/*"]
#[exclude = "*/__pycache__/*"]
struct Folder;

/// A file of an example.
#[derive(Debug)]
pub(super) struct ExampleFile {
    /// Its path in the example's folder.
    pub name: String,
    pub content: Cow<'static, [u8]>,
}

/// An example.
#[derive(Debug, Default)]
pub(super) struct Example {
    /// Ordered by their names.
    pub files: Vec<ExampleFile>,
}

/// All of them by their names.
pub(super) fn all() -> BTreeMap<String, Example> {
    let mut examples = BTreeMap::<String, Example>::new();
    for path in Folder::iter() {
        if let Some((example, name)) = path.split_once('/')
            && let Some(file) = Folder::get(&path)
        {
            let files = &mut examples.entry(example.to_owned()).or_default().files;
            files.push(ExampleFile {
                name: name.to_owned(),
                content: file.data,
            });
        }
    }
    for example in examples.values_mut() {
        example.files.sort_by(|a, b| a.name.cmp(&b.name));
    }
    examples
}

impl Example {
    /// What it shows: the sentence below the title of its README.
    pub(super) fn summary(&self) -> String {
        self.readme()
            .lines()
            .skip(1)
            .skip_while(|line| line.is_empty())
            .take_while(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The commands that run it: the first block of its README.
    pub(super) fn steps(&self) -> Vec<String> {
        self.readme()
            .lines()
            .skip_while(|line| *line != "```sh")
            .skip(1)
            .take_while(|line| *line != "```")
            .map(str::to_owned)
            .collect()
    }

    fn readme(&self) -> Cow<'_, str> {
        let readme = self.files.iter().find(|file| file.name == "README.md");
        readme.map_or(Cow::Borrowed(""), |file| {
            String::from_utf8_lossy(&file.content)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_program_and_says_what_it_shows_and_how_it_is_run() {
        let examples = all();
        assert!(examples.len() >= 8, "{:?}", examples.keys());
        for (name, example) in examples {
            assert!(
                example.summary().ends_with('.'),
                "{name}: {}",
                example.summary()
            );
            assert!(
                (1..=3).contains(&example.steps().len()),
                "{name}: {:?}",
                example.steps()
            );
            let is_program = |file: &&ExampleFile| {
                file.name.starts_with("agent.") || file.name.starts_with("main.")
            };
            assert_eq!(example.files.iter().filter(is_program).count(), 1, "{name}");
            assert!(
                example.files.iter().all(|file| !file.name.contains('/')),
                "{name}"
            );
        }
    }
}
