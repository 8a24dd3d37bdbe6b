//! A file is either the old one or the new one, never a part: temp file in the same folder, fsync, rename, fsync of
//! the folder.

use jiff::{Zoned, tz::TimeZone};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::NamedTempFile;

/// Prefix of temp files, so that watchers and listings can pass over them.
pub const TEMP_PREFIX: &str = ".maribro-";

/// Suffix of temp files.
const TEMP_SUFFIX: &str = ".tmp";

/// Writes `bytes` to `path`; durable when this returns.
///
/// # Errors
/// Any I/O error; `path` is as it was then.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_with(path, |file| file.write_all(bytes))
}

/// Writes what `fill` writes to `path`; durable when this returns.
///
/// # Errors
/// Any I/O error of `fill` or of the disk; `path` is as it was then.
pub fn write_with(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let folder = parent(path)?;
    let mut temp = tempfile::Builder::new().prefix(TEMP_PREFIX).suffix(TEMP_SUFFIX).tempfile_in(folder)?;
    fill(temp.as_file_mut())?;
    readable_by_all(&temp)?;
    temp.as_file().sync_all()?;
    temp.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Renames durably, within one folder.
///
/// # Errors
/// Any I/O error.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder(parent(to)?)
}

/// A name beside `path` that nothing has yet: `stem` and the present moment.
pub fn free_name(path: &Path, stem: &str) -> PathBuf {
    let stamp = Zoned::now().with_time_zone(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    (0u32..)
        .map(|n| if n == 0 { format!("{stem}-{stamp}.json") } else { format!("{stem}-{stamp}-{n}.json") })
        .map(|name| path.with_file_name(name))
        .find(|path| !path.exists())
        .unwrap_or_else(|| path.with_file_name(format!("{stem}.json")))
}

/// Removes the temp files of hosts that were killed while they wrote, if nobody wrote to them for `age`.
///
/// What cannot be removed is in nobody's way: it is logged.
pub fn remove_leftovers(folder: &Path, age: Duration) {
    let is_leftover = |entry: &fs::DirEntry| -> io::Result<bool> {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let about = entry.metadata()?;
        // A clock that was set back makes a file of the future: it is left alone.
        let unused = about.modified()?.elapsed().unwrap_or_default();
        Ok(name.starts_with(TEMP_PREFIX) && name.ends_with(TEMP_SUFFIX) && about.is_file() && unused >= age)
    };
    let remove = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        if is_leftover(&entry)? { fs::remove_file(entry.path()) } else { Ok(()) }
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return tracing::warn!(%error, ?folder, "temp files of an earlier run may be left"),
    };
    for removed in entries.map(remove) {
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, ?folder, "a temp file of an earlier run may be left");
            }
            _ => {}
        }
    }
}

/// Makes a rename or a removal in this folder durable.
///
/// # Errors
/// Any I/O error.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn parent(path: &Path) -> io::Result<&Path> {
    path.parent().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a path without a folder"))
}

/// Temp files are born private; games and scores are no secrets, and other tools read them.
#[cfg(unix)]
fn readable_by_all(temp: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    temp.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_host_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".maribro-x1.tmp", ".maribro-x2.tmp", "session.json", ".maribro-notes"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        remove_leftovers(folder.path(), Duration::from_secs(60));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "somebody may be writing them");
        remove_leftovers(folder.path(), Duration::ZERO);
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".maribro-notes", "session.json"]);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_litter() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        write(&path, b"old").unwrap();
        let failed = write_with(&path, |file| {
            file.write_all(b"half of the n")?;
            Err(io::Error::other("the disk is full"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
