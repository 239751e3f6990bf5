//! Files in a folder of the user: all of them new, or none written.

use std::{
    fs::{File, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::Path,
};

use anyhow::Context;

use crate::exit::UsageError;

/// Writes every (name, content) into `folder`, which is made when it does not exist. A file that begins with `#!`
/// can be run.
///
/// # Errors
///
/// A [`UsageError`] when one of the names is there already, whatever it is: nothing was written.
pub(super) fn write(folder: &Path, files: &[(&str, &[u8])]) -> anyhow::Result<()> {
    let there: Vec<&str> = files
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| folder.join(name).symlink_metadata().is_ok())
        .collect();
    if !there.is_empty() {
        let text = format!(
            "{} has {} already; nothing was written, choose another folder",
            folder.display(),
            there.join(" and ")
        );
        return Err(UsageError(text).into());
    }
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    for (name, content) in files {
        let path = folder.join(name);
        // Somebody else may have written it since the look above.
        File::create_new(&path)
            .and_then(|mut written| {
                written.write_all(content)?;
                match content.starts_with(b"#!") {
                    true => written.set_permissions(Permissions::from_mode(0o755)),
                    false => Ok(()),
                }
            })
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}
