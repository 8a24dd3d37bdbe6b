//! Pictures of nights, as the page drew them: `data/summaries/<beginning of the session>.png`, one for each session.

use super::atomic;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Every PNG begins so. PNG specification, §5.2.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Length, type, width and height of the first chunk, behind the signature. PNG specification, §11.2.1.
const HEADER: &[u8] = b"\x00\x00\x00\x0dIHDR";
/// The last chunk, whole. PNG specification, §11.2.5.
const END: &[u8] = b"\x00\x00\x00\x00IEND\xae\x42\x60\x82";
/// Longest side in pixels: twice a 4K screen's would be a mistake.
const MAX_SIDE: u32 = 4_096;
/// Longest file name without its extension.
const MAX_NAME_CHARS: usize = 40;
const EXTENSION: &str = ".png";

/// The folder of the pictures.
#[derive(Debug, Clone)]
pub struct Summaries {
    folder: PathBuf,
}

/// Why something is no picture of a night.
///
/// # Errors
/// What is wrong with it, for whoever sent it.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    let header = bytes.strip_prefix(SIGNATURE).and_then(|rest| rest.strip_prefix(HEADER));
    let header = header.filter(|_| bytes.ends_with(END)).ok_or("the body is no PNG")?;
    let side = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    match (side(0), side(4)) {
        (Some(1..=MAX_SIDE), Some(1..=MAX_SIDE)) => Ok(()),
        _ => Err(format!("a picture has 1 to {MAX_SIDE} pixels on each side")),
    }
}

impl Summaries {
    /// Those in this folder, which need not be there yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where they lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps the picture of the session that began then; the one before it of the same session is replaced. Durable.
    ///
    /// # Errors
    /// Any I/O error.
    pub fn keep(&self, created_at: &str, picture: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        atomic::write(&self.folder.join(name_of(created_at)), picture)
    }

    /// File name of the picture that was kept last; `None` without any.
    ///
    /// # Errors
    /// Any I/O error but a folder that is not there.
    pub fn latest(&self) -> io::Result<Option<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            entries => entries?,
        };
        let mut latest = None;
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.ends_with(EXTENSION) && !name.starts_with('.') {
                latest = latest.max(Some((entry.metadata()?.modified()?, name)));
            }
        }
        Ok(latest.map(|(_, name)| name))
    }
}

/// A time as a file name; the session's file may have been written by other hands.
fn name_of(created_at: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let name: String = created_at.chars().take(MAX_NAME_CHARS).map(plain).collect();
    format!("{}{EXTENSION}", if name.is_empty() { "night" } else { &name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn picture(width: u32, height: u32) -> Vec<u8> {
        [SIGNATURE, HEADER, &width.to_be_bytes(), &height.to_be_bytes(), b"rest", END].concat()
    }

    #[test]
    fn only_whole_pngs_of_a_screens_size_are_pictures() {
        assert_eq!(check(&picture(1920, 1080)), Ok(()));
        for bad in [picture(0, 9), picture(9, MAX_SIDE + 1), Vec::new(), SIGNATURE.to_vec(), b"<html>".to_vec()] {
            assert!(check(&bad).is_err(), "{bad:?}");
        }
        let whole = picture(8, 8);
        for length in 0..whole.len() {
            assert!(check(&whole[..length]).is_err(), "broken off at {length}");
        }
        assert!(check(&[SIGNATURE, HEADER, END].concat()).is_err(), "the end in the place of the size");
    }

    #[test]
    fn a_session_has_one_picture_and_the_latest_is_the_one_kept_last() {
        let folder = tempfile::tempdir().unwrap();
        let summaries = Summaries::new(folder.path().join("summaries"));
        assert_eq!(summaries.latest().unwrap(), None);
        summaries.keep("2026-11-21T20:00:00Z", b"first").unwrap();
        summaries.keep("2026-11-21T20:00:00Z", b"second").unwrap();
        fs::write(summaries.folder().join(".maribro-left.png"), "of a host that was killed").unwrap();
        assert_eq!(summaries.latest().unwrap().as_deref(), Some("2026-11-21T20-00-00Z.png"));
        assert_eq!(fs::read(summaries.folder().join("2026-11-21T20-00-00Z.png")).unwrap(), b"second");
        // An old night that is looked back on again.
        summaries.keep("2025-01-01T20:00:00Z", b"third").unwrap();
        let newest = std::time::SystemTime::now() + std::time::Duration::from_secs(9);
        let file = fs::File::options().write(true).open(summaries.folder().join("2025-01-01T20-00-00Z.png")).unwrap();
        file.set_modified(newest).unwrap();
        assert_eq!(summaries.latest().unwrap().as_deref(), Some("2025-01-01T20-00-00Z.png"));
    }

    proptest! {
        #[test]
        fn a_name_stays_in_its_folder(created_at in ".*") {
            let name = name_of(&created_at);
            prop_assert!(crate::http::assets::is_plain(&name), "{}", name);
            prop_assert!(name.len() <= MAX_NAME_CHARS + EXTENSION.len());
        }
    }
}
