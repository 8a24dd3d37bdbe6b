//! The secret that clients carry: from the environment, else 256 random bits in `data/input.token`, mode 0600.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};
use subtle::ConstantTimeEq;

/// Name of the file in the data folder.
pub const FILE: &str = "input.token";
/// Bytes of randomness in a token that is made.
const TOKEN_BYTES: usize = 32;
/// A shorter one, chosen by hand, could be guessed by a page that tries.
const MIN_CHARS: usize = 16;

/// The secret.
#[derive(Clone)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Chosen too short.
    #[error("MARIBRO_INPUT_TOKEN needs at least {MIN_CHARS} characters")]
    Short,
    /// The file cannot be read or made.
    #[error("the token {} cannot be used: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl Token {
    /// The chosen token, else the one of the folder, which is made when it is not there.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn find(chosen: Option<String>, folder: &Path) -> Result<Self, TokenError> {
        match chosen {
            Some(chosen) if chosen.chars().count() < MIN_CHARS => Err(TokenError::Short),
            Some(chosen) => Ok(Self(chosen)),
            None => load_or_make(folder).map(Self).map_err(|error| TokenError::File { path: folder.join(FILE), error }),
        }
    }

    /// Whether this is the token, in a time that does not tell where they differ.
    #[must_use]
    pub fn is(&self, tried: &str) -> bool {
        self.0.as_bytes().ct_eq(tried.as_bytes()).into()
    }
}

fn load_or_make(folder: &Path) -> io::Result<String> {
    let path = folder.join(FILE);
    loop {
        match fs::read_to_string(&path) {
            Ok(text) if is_token(text.trim()) => return Ok(text.trim().to_owned()),
            // A damaged token protects nobody: it is replaced.
            Ok(_) => fs::remove_file(&path)?,
            Err(error) if error.kind() == ErrorKind::NotFound => fs::create_dir_all(folder)?,
            Err(error) => return Err(error),
        }
        match make(folder, &path) {
            // Somebody was quicker: theirs counts.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made,
        }
    }
}

/// Whole or not at all: the host may read it at any moment.
fn make(folder: &Path, path: &Path) -> io::Result<String> {
    let token: String = rand::random::<[u8; TOKEN_BYTES]>().iter().map(|byte| format!("{byte:02x}")).collect();
    let temporary = folder.join(format!("{FILE}.{}.tmp", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(token.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    linked.map(|()| token)
}

fn is_token(text: &str) -> bool {
    text.len() == TOKEN_BYTES * 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_stays_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let made = Token::find(None, &data).unwrap();
        let text = fs::read_to_string(data.join(FILE)).unwrap();
        assert!(is_token(&text) && made.is(&text));
        assert!(Token::find(None, &data).unwrap().is(&text));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(data.join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_damaged_token_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "short").unwrap();
        let made = Token::find(None, folder.path()).unwrap();
        assert!(made.is(&fs::read_to_string(folder.path().join(FILE)).unwrap()));
    }

    #[test]
    fn a_chosen_token_is_long_and_its_own() {
        let folder = Path::new("/nowhere");
        assert!(matches!(Token::find(Some("party".to_owned()), folder), Err(TokenError::Short)));
        let token = Token::find(Some("a party at the lake".to_owned()), folder).unwrap();
        assert!(token.is("a party at the lake"));
        assert!(!token.is("a party at the lak") && !token.is(""));
    }
}
