//! `.maribro.toml` in the working folder: the host and the avatar of the last time. Never the token.

use anyhow::Context;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Name of the file.
pub const FILE: &str = ".maribro.toml";

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Address of the host.
    pub host: Option<String>,
    /// Avatar of the maker.
    pub avatar: Option<String>,
}

impl Remembered {
    /// Reads the file of a folder, or of the nearest one above that has one.
    ///
    /// # Errors
    /// There is one that cannot be read.
    pub fn of(folder: &Path) -> anyhow::Result<Self> {
        let Some(path) = nearest(folder)? else { return Ok(Self::default()) };
        let table = table(&path)?;
        let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
        Ok(Self { host: text("host"), avatar: text("avatar") })
    }

    /// Writes what is known into the nearest file, else into a new one in `folder`. What else stands there stays.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn keep(&self, folder: &Path) -> anyhow::Result<()> {
        let path = nearest(folder)?.unwrap_or_else(|| folder.join(FILE));
        let before = if path.is_file() { table(&path)? } else { Table::new() };
        let mut after = before.clone();
        for (key, value) in [("host", &self.host), ("avatar", &self.avatar)] {
            if let Some(value) = value {
                after.insert(key.to_owned(), Value::String(value.clone()));
            }
        }
        if after == before {
            return Ok(());
        }
        std::fs::write(&path, after.to_string()).with_context(|| format!("{} cannot be written", path.display()))
    }
}

fn nearest(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    let folder = std::path::absolute(folder)?;
    Ok(folder.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file()))
}

fn table(path: &Path) -> anyhow::Result<Table> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    text.parse().with_context(|| format!("{} is not TOML", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_from_folders_below_and_leaves_the_rest_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(FILE), "mine = 1\nhost = \"http://old\"\n").expect("a file");
        let below = folder.path().join("games");
        std::fs::create_dir(&below).expect("a folder");
        let kept = Remembered { host: Some("http://new".into()), avatar: Some("fox-orange".into()) };
        kept.keep(&below).expect("it is kept");
        assert_eq!(Remembered::of(folder.path()).expect("it is read"), kept);
        let text = std::fs::read_to_string(folder.path().join(FILE)).expect("it is there");
        assert!(text.contains("mine = 1"), "{text}");
        assert!(!below.join(FILE).exists());
    }

    #[test]
    fn a_file_that_is_not_toml_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(FILE), "host = ").expect("a file");
        let error = Remembered::of(folder.path()).expect_err("it is broken");
        assert!(error.to_string().contains(FILE), "{error}");
    }
}
