//! What a folder remembers of its deployments: `.nen/workflow.json` beside the workflow.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// A workflow on a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployed {
    /// The server's address.
    pub url: String,
    /// The workflow's id there.
    pub workflow_id: String,
}

/// The file's content: the last deployment, and those to other servers.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    #[serde(flatten)]
    last: Deployed,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<Deployed>,
}

/// The memory of one workflow.
#[derive(Debug)]
pub struct Deployments {
    path: PathBuf,
    all: Vec<Deployed>,
}

impl Deployments {
    /// Of the workflow at `path`. Single files in one folder each have a memory of their own.
    pub fn of(path: &Path) -> anyhow::Result<Self> {
        let file = if path.is_dir() {
            path.join(".nen/workflow.json")
        } else {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            path.with_file_name(".nen").join(format!("{stem}.json"))
        };
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self {
                    path: file,
                    all: Vec::new(),
                });
            }
            Err(e) => return Err(e).with_context(|| format!("cannot read {}", file.display())),
        };
        let content: Content = serde_json::from_str(&text).with_context(|| {
            format!(
                "{} is damaged; repair it, or delete it and use --id for the next deployment",
                file.display()
            )
        })?;
        let mut all = vec![content.last];
        all.extend(content.elsewhere);
        Ok(Self { path: file, all })
    }

    /// Where it is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The workflow's id on this server, when it was deployed there.
    pub fn on(&self, url: &str) -> Option<&str> {
        self.all
            .iter()
            .find(|deployed| deployed.url == url)
            .map(|deployed| deployed.workflow_id.as_str())
    }

    /// Remembers a deployment as the last one. Nothing is written when that is known already.
    pub fn remember(&mut self, url: &str, workflow_id: &str) -> anyhow::Result<()> {
        let last = Deployed {
            url: url.to_owned(),
            workflow_id: workflow_id.to_owned(),
        };
        if self.all.first() == Some(&last) {
            return Ok(());
        }
        self.all.retain(|deployed| deployed.url != url);
        self.all.insert(0, last.clone());
        let content = Content {
            last,
            elsewhere: self.all[1..].to_vec(),
        };
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        let text = serde_json::to_string_pretty(&content)? + "\n";
        std::fs::write(&self.path, text)
            .with_context(|| format!("cannot write {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_has_its_own_id_and_the_last_stands_first() {
        let folder = tempfile::tempdir().unwrap();
        let of = || Deployments::of(folder.path()).unwrap();
        assert_eq!(of().on("http://a"), None);
        of().remember("http://a", "wf-a").unwrap();
        of().remember("http://b", "wf-b").unwrap();
        assert_eq!(of().on("http://a"), Some("wf-a"));
        assert_eq!(of().on("http://b"), Some("wf-b"));
        of().remember("http://a", "wf-a2").unwrap();
        let text = std::fs::read_to_string(folder.path().join(".nen/workflow.json")).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            value,
            serde_json::json!({
                "url": "http://a", "workflow_id": "wf-a2",
                "elsewhere": [{"url": "http://b", "workflow_id": "wf-b"}],
            })
        );
    }

    #[test]
    fn two_files_in_a_folder_are_two_workflows() {
        let folder = tempfile::tempdir().unwrap();
        let of = |name: &str| Deployments::of(&folder.path().join(name)).unwrap();
        of("a.py").remember("http://x", "wf-a").unwrap();
        assert_eq!(of("b.py").on("http://x"), None);
        assert_eq!(of("a.py").on("http://x"), Some("wf-a"));
        assert!(of("a.py").path().ends_with(".nen/a.json"));
    }

    #[test]
    fn a_damaged_memory_is_said_rather_than_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".nen")).unwrap();
        std::fs::write(folder.path().join(".nen/workflow.json"), "{").unwrap();
        let error = Deployments::of(folder.path()).unwrap_err();
        assert!(error.to_string().contains("is damaged"), "{error}");
    }
}
