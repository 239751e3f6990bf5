use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Network;
use crate::{Invalid, body};

/// The file that holds `run`.
pub const ENTRY: &str = "workflow.py";
/// Most files of a workflow.
pub const MAX_FILES: usize = 200;
/// Most bytes of all its files together.
pub const MAX_BYTES: usize = 4 << 20;

/// One file of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// Path within the bundle, with `/`: `workflow.py`, `forms/login.py`.
    #[schema(example = "workflow.py")]
    pub filename: String,
    /// Its text.
    pub content: String,
}

/// Body of `POST /workflows`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    /// Shown to people; 1 to 128 characters.
    #[schema(min_length = 1, max_length = 128)]
    pub name: String,
    /// All files; `workflow.py` must be among them.
    pub files: Vec<SourceFile>,
}

/// Body of `PUT /workflows/{id}`: a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// Another name; the old one stays when left out.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 128)]
    pub name: Option<String>,
    /// All files of the new version; those not listed are gone.
    pub files: Vec<SourceFile>,
}

/// Body of `POST /workflows/{id}/rollback`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rollback {
    /// The version that runs from now on. Its files become a new version's, so that history stays as it was.
    #[schema(minimum = 1)]
    pub version: i64,
}

/// A workflow, as its current or another version has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Workflow {
    /// A UUID; `POST /runs` takes it as `workflow_id`.
    pub workflow_id: String,
    /// Shown to people.
    pub name: String,
    /// Grows by one with each publication.
    pub version: i64,
    /// JSON Schema of `Params`.
    #[schema(value_type = Object)]
    pub params_schema: Value,
    /// JSON Schema of `Result`.
    #[schema(value_type = Object)]
    pub result_schema: Value,
    /// Names of the secrets that a run needs in `secure_workflow_params`.
    pub secure_fields: Vec<String>,
    /// What its runs may reach by themselves, beside their desktop: what the version declares in `__nen_network__`,
    /// `none` where it declares nothing.
    pub network: Network,
    /// The files, where one workflow was asked for; not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<SourceFile>>,
    /// Unix seconds of the first upload.
    pub created_at: i64,
    /// Unix seconds of the last publication.
    pub updated_at: i64,
}

/// Answer of `GET /workflows`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WorkflowList {
    /// By name.
    pub workflows: Vec<Workflow>,
}

/// One version in the history of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowVersion {
    /// Its number.
    pub version: i64,
    /// Whether runs use it now.
    pub current: bool,
    /// The version whose files were taken, when it is a rollback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolled_back_to: Option<i64>,
    /// Name of the key that published it.
    pub created_by: String,
    /// Unix seconds.
    pub created_at: i64,
}

/// Answer of `GET /workflows/{id}/versions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WorkflowVersions {
    /// Newest first.
    pub versions: Vec<WorkflowVersion>,
}

impl Upload {
    /// Reads and checks a body.
    pub fn parse(bytes: &[u8]) -> Result<Self, Invalid> {
        let upload: Self = body::parse(bytes)?;
        check_name(&upload.name)?;
        check_files(&upload.files)?;
        Ok(upload)
    }
}

impl Publish {
    /// Reads and checks a body.
    pub fn parse(bytes: &[u8]) -> Result<Self, Invalid> {
        let publish: Self = body::parse(bytes)?;
        if let Some(name) = &publish.name {
            check_name(name)?;
        }
        check_files(&publish.files)?;
        Ok(publish)
    }
}

fn check_name(name: &str) -> Result<(), Invalid> {
    let length = name.chars().count();
    if !(1..=128).contains(&length) || name.trim().is_empty() {
        return Err(Invalid::new("name must be 1 to 128 characters"));
    }
    Ok(())
}

fn check_files(files: &[SourceFile]) -> Result<(), Invalid> {
    if files.len() > MAX_FILES {
        return Err(Invalid(format!(
            "files holds {} files: at most {MAX_FILES} are taken",
            files.len()
        )));
    }
    let mut seen = std::collections::HashSet::new();
    let mut bytes = 0;
    for (at, file) in files.iter().enumerate() {
        check_path(&file.filename).map_err(|error| error.at(&format!("files[{at}].filename")))?;
        if !seen.insert(&file.filename) {
            return Err(Invalid(format!("{:?} is there twice", file.filename)));
        }
        bytes += file.content.len();
    }
    if bytes > MAX_BYTES {
        return Err(Invalid(format!(
            "the files are {bytes} bytes together: at most {MAX_BYTES} are taken"
        )));
    }
    if !seen.contains(&ENTRY.to_owned()) {
        return Err(Invalid(format!(
            "files lacks {ENTRY}, the file with the function run"
        )));
    }
    for file in files {
        let inside = |other: &&SourceFile| {
            other
                .filename
                .strip_prefix(&file.filename)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        if let Some(other) = files.iter().find(inside) {
            return Err(Invalid(format!(
                "{:?} is a file and cannot hold {:?} too",
                file.filename, other.filename
            )));
        }
    }
    Ok(())
}

/// A path within a folder that is made of plain names.
fn check_path(path: &str) -> Result<(), Invalid> {
    let plain = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.len() <= 100
            && !part.contains(['\\', '\0'])
            && !part.chars().any(char::is_control)
    };
    if path.len() <= 400 && path.split('/').all(plain) {
        return Ok(());
    }
    Err(Invalid::new(
        "must be a path within the bundle such as workflow.py or forms/login.py",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn upload(files: &[&str]) -> Result<Upload, Invalid> {
        let files: Vec<Value> = files
            .iter()
            .map(|name| json!({"filename": name, "content": "x"}))
            .collect();
        Upload::parse(json!({"name": "n", "files": files}).to_string().as_bytes())
    }

    #[test]
    fn a_bundle_is_workflow_py_and_what_it_imports() {
        assert!(upload(&["workflow.py", "forms/login.py"]).is_ok());
        for bad in [
            &["main.py"][..],
            &["workflow.py", "workflow.py"],
            &["workflow.py", "../x"],
            &["workflow.py", "/etc/passwd"],
            &["workflow.py", "a//b"],
            &["workflow.py", "a\\b"],
            &["workflow.py", "a", "a/b"],
        ] {
            assert!(upload(bad).is_err(), "{bad:?}");
        }
    }
}
