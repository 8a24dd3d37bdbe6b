//! What strangers' bytes may never do. Each target takes any bytes and panics when a promise is broken.
//!
//! The mains in `fuzz_targets/` run them under libFuzzer (fuzz/README.md); the test `seeds` plays them with every seed
//! and every corpus of the repo in the ordinary run.

mod form;
mod game;
mod night;
mod session_file;

pub use form::multipart;
pub use game::{creator, inspect};
pub use night::messages;
pub use session_file::session;

use std::path::{Path, PathBuf};

/// Takes any bytes; panics when a promise is broken.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Target); 5] = [
    ("inspect", inspect),
    ("creator", creator),
    ("multipart", multipart),
    ("messages", messages),
    ("session", session),
];

/// Plays a target with the files, and all files of the folders, that the command line names.
///
/// # Errors
/// A file cannot be read.
pub fn play_named_files(target: Target) -> std::io::Result<()> {
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        for file in files_of(&path)? {
            println!("{}", file.display());
            target(&std::fs::read(file)?);
        }
    }
    Ok(())
}

/// The file itself, or all files of a folder and its folders, in order.
///
/// # Errors
/// A folder cannot be read.
pub fn files_of(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path)?.map(|entry| Ok(entry?.path()));
    let mut entries = entries.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_of(&entry)?);
    }
    Ok(files)
}
