//! The secret that makes a browser on another machine the host: 256 random bits in `data/host.key`, mode 0600.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    path::Path,
};

/// Bytes of randomness in a key.
const KEY_BYTES: usize = 32;

/// Reads the key of this data folder, or makes one. Hexadecimal.
///
/// # Errors
/// Any I/O error.
pub fn load_or_make(folder: &Path) -> io::Result<String> {
    let path = folder.join("host.key");
    match fs::read_to_string(&path) {
        Ok(text) if is_key(text.trim()) => return Ok(text.trim().to_owned()),
        // A damaged key protects nobody: it is replaced.
        Ok(_) => fs::remove_file(&path)?,
        Err(error) if error.kind() == ErrorKind::NotFound => fs::create_dir_all(folder)?,
        Err(error) => return Err(error),
    }
    let key = fresh();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path)?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    Ok(key)
}

/// A new key that is kept nowhere. Hexadecimal.
pub fn fresh() -> String {
    rand::random::<[u8; KEY_BYTES]>().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_key(text: &str) -> bool {
    text.len() == KEY_BYTES * 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stays_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = load_or_make(folder.path()).unwrap();
        assert!(is_key(&key));
        assert_eq!(load_or_make(folder.path()).unwrap(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("host.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_key_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("host.key"), "short").unwrap();
        assert!(is_key(&load_or_make(folder.path()).unwrap()));
    }
}
