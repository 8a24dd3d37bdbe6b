//! Where a program lies.

use std::{
    env::consts::EXE_SUFFIX,
    path::{Path, PathBuf},
};

/// Where a program is looked for that was not named by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// In the folders of `PATH`: somebody else's program.
    Path,
    /// Beside the host's own program, then in `PATH`: one of ours.
    BesideThenPath,
}

/// The program at `named`; without that the first that is called `name`, which is without the system's ending.
pub fn find(named: Option<&Path>, name: &str, search: Search) -> Option<PathBuf> {
    if let Some(named) = named {
        return named.is_file().then(|| named.to_owned());
    }
    let file = format!("{name}{EXE_SUFFIX}");
    let beside = match search {
        Search::Path => None,
        Search::BesideThenPath => own_folder().map(|folder| folder.join(&file)),
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).map(|folder| folder.join(&file));
    beside.into_iter().chain(in_path).find(|path| path.is_file())
}

fn own_folder() -> Option<PathBuf> {
    let own =
        std::env::current_exe().inspect_err(|error| tracing::debug!(%error, "where this program lies is not known"));
    Some(own.ok()?.parent()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_was_named_is_taken_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daemon");
        for search in [Search::Path, Search::BesideThenPath] {
            assert_eq!(find(Some(&path), "sh", search), None);
        }
        std::fs::write(&path, "").unwrap();
        assert_eq!(find(Some(&path), "sh", Search::Path), Some(path));
        assert_eq!(find(Some(folder.path()), "sh", Search::Path), None);
    }

    #[test]
    fn one_of_ours_is_looked_for_beside_the_host_first() {
        let own = std::env::current_exe().unwrap();
        let name = own.file_name().unwrap().to_str().unwrap().trim_end_matches(EXE_SUFFIX);
        assert_eq!(find(None, name, Search::BesideThenPath).as_ref(), Some(&own));
        assert_eq!(find(None, name, Search::Path), None, "the tests do not lie in PATH");
    }
}
