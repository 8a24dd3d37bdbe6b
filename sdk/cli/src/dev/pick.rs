//! Which game is meant.

use anyhow::Context;
use std::{
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Files that are listed when somebody has to choose.
const MAX_LISTED: usize = 8;

/// A game, and what to say of the choice.
#[derive(Debug)]
pub(super) struct Picked {
    pub(super) file: PathBuf,
    pub(super) note: Option<String>,
}

/// The file that was named, else the newest game of the folder that was named, else of this one.
///
/// # Errors
/// There is none; what to do about it.
pub(super) fn game(named: Option<&Path>) -> anyhow::Result<Picked> {
    match named {
        Some(path) if path.is_dir() => newest(path),
        Some(path) if path.exists() => Ok(Picked { file: path.to_owned(), note: None }),
        Some(path) => Err(missing(path)),
        None => newest(Path::new("")),
    }
}

fn newest(folder: &Path) -> anyhow::Result<Picked> {
    let there = games(folder).with_context(|| format!("{} cannot be read", shown(folder)))?;
    match there.as_slice() {
        [] => anyhow::bail!(
            "there is no .html file in {}; name one, or make a game with `maribro new NAME --title … --avatar …`",
            shown(folder)
        ),
        [only] => Ok(Picked { file: only.clone(), note: None }),
        [newest, others @ ..] => {
            let note = format!("{} is the newest of {} games in {}", newest.display(), others.len() + 1, shown(folder));
            Ok(Picked { file: newest.clone(), note: Some(note) })
        }
    }
}

fn missing(path: &Path) -> anyhow::Error {
    let folder = path.parent().unwrap_or(Path::new(""));
    let there = games(folder).unwrap_or_default();
    let list: Vec<String> = there.iter().take(MAX_LISTED).map(|file| file.display().to_string()).collect();
    let instead = match list.as_slice() {
        [] => "`maribro new NAME --title … --avatar …` makes a game".to_owned(),
        list => format!("there is {}{}", list.join(", "), if there.len() > MAX_LISTED { ", …" } else { "" }),
    };
    anyhow::anyhow!("{} is not there; {instead}", path.display())
}

/// HTML files, newest first.
fn games(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let place = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut found: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(place)? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        // One that went away just now is not there.
        let Ok(about) = std::fs::metadata(&path) else { continue };
        if about.is_file() && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("html")) {
            found.push((about.modified()?, path));
        }
    }
    found.sort_by(|a, b| b.cmp(a));
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

fn shown(folder: &Path) -> String {
    if folder.as_os_str().is_empty() { "this folder".to_owned() } else { folder.display().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_newest_game_of_a_folder_is_meant_and_who_names_a_wrong_one_is_told_which_there_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let empty = game(Some(folder.path())).expect_err("it is empty").to_string();
        assert!(empty.contains("maribro new"), "{empty}");
        for (name, age) in [("old.html", 60), ("new.html", 1), ("notes.txt", 0)] {
            let file = std::fs::File::create(folder.path().join(name)).expect("a file");
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).expect("its time");
        }
        let picked = game(Some(folder.path())).expect("there is one");
        assert_eq!(picked.file, folder.path().join("new.html"));
        assert!(picked.note.expect("a choice was made").contains("newest of 2"));
        let wrong = game(Some(&folder.path().join("nwe.html"))).expect_err("it is not there").to_string();
        assert!(wrong.contains("new.html") && wrong.contains("old.html"), "{wrong}");
        assert!(game(Some(&folder.path().join("notes.txt"))).expect("it was named").note.is_none());
    }
}
