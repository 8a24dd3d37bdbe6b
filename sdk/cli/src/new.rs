//! `maribro new`: a game to begin with, made of the template.

use crate::args::NewArgs;
use anyhow::{Context, bail, ensure};
use maribro_contract::{
    avatars,
    filename::{derive_filename, validate_filename},
    metadata::{DURATION_RANGE_SEC, MAX_AUTHOR_CHARS, MAX_DESCRIPTION_CHARS, MAX_TITLE_CHARS},
};
use serde::Serialize;
use std::{io::Write, path::PathBuf};

/// The template, as the host serves it.
const TEMPLATE: &str = include_str!("../../../games/_template.html");

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Always true.
    pub ok: bool,
    /// Path of the file.
    pub file: PathBuf,
    /// The game's id, once it is uploaded.
    pub id: String,
}

/// Makes the file.
///
/// # Errors
/// The name cannot be one of a game, the avatar is unknown, a text is too long, or the file is there already.
pub fn run(args: &NewArgs) -> anyhow::Result<Made> {
    let filename = derive_filename(&args.name)
        .with_context(|| format!("{:?} has no letter a-z and no digit to name a file by", args.name))?;
    validate_filename(&filename)?;
    let text = fill(args)?;
    std::fs::create_dir_all(&args.dir).with_context(|| format!("the folder {} cannot be made", args.dir.display()))?;
    // "./my-game.html" is no better than "my-game.html".
    let file = if args.dir.as_os_str() == "." { PathBuf::from(&filename) } else { args.dir.join(&filename) };
    // Made only if it is not there: also when two do this at once.
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(&file);
    match made.and_then(|mut made| made.write_all(text.as_bytes())) {
        Ok(()) => {
            let id = filename.trim_end_matches(".html").to_owned();
            Ok(Made { ok: true, file, id })
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!("{} is there already, and stays as it is; choose another name", file.display())
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be written", file.display())),
    }
}

fn fill(args: &NewArgs) -> anyhow::Result<String> {
    ensure!(
        avatars::find(&args.avatar).is_some(),
        "there is no avatar {:?}; these are: {}",
        args.avatar,
        avatars::AVATARS.iter().map(|avatar| avatar.id).collect::<Vec<_>>().join(" ")
    );
    ensure!(
        DURATION_RANGE_SEC.contains(&args.duration),
        "a round takes {} to {} seconds, not {}",
        DURATION_RANGE_SEC.start(),
        DURATION_RANGE_SEC.end(),
        args.duration
    );
    let title = text("title", &args.title, MAX_TITLE_CHARS)?;
    ensure!(!title.is_empty(), "a title must have at least one character");
    let description = text("description", &args.description, MAX_DESCRIPTION_CHARS)?;
    let author = text("author", &args.author, MAX_AUTHOR_CHARS)?;
    let escaped = |text: &str| htmlize::escape_attribute(text).into_owned();
    let mut filled = String::with_capacity(TEMPLATE.len() + 1024);
    let mut left = 6;
    for line in TEMPLATE.split_inclusive('\n') {
        let meta = |name: &str| line.starts_with(&format!("<meta name=\"{name}\""));
        let content = match () {
            () if line.starts_with("<title>") => {
                filled.push_str(&format!("<title>{}</title>\n", htmlize::escape_text(&title)));
                left -= 1;
                continue;
            }
            () if meta("title") => ("title", escaped(&title)),
            () if meta("description") => ("description", escaped(&description)),
            () if meta("author") => ("author", escaped(&author)),
            () if meta("maxDurationSec") => ("maxDurationSec", args.duration.to_string()),
            () if meta("creatorAvatarId") => ("creatorAvatarId", escaped(&args.avatar)),
            () if line.starts_with("const ROUND_MS = ") => {
                filled.push_str(&round_line(args.duration));
                continue;
            }
            () => {
                filled.push_str(line);
                continue;
            }
        };
        filled.push_str(&format!("<meta name=\"{}\" content=\"{}\">\n", content.0, content.1));
        left -= 1;
    }
    ensure!(left == 0, "the template of this program lacks a tag; please tell its makers");
    Ok(filled)
}

/// The template's play time, so that countdown, play and results fit into the round.
fn round_line(duration_sec: f64) -> String {
    /// Countdown, results, and a little air.
    const AROUND_MS: f64 = 10_000.0;
    let play = (duration_sec * 1000.0 - AROUND_MS).max(duration_sec * 1000.0 * 0.1).round();
    format!("const ROUND_MS = {play}; // with 3 s countdown and 3 s results well within maxDurationSec\n")
}

/// One line without control characters.
fn text(what: &str, text: &str, longest: usize) -> anyhow::Result<String> {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    let length = line.chars().count();
    ensure!(length <= longest, "the {what} has {length} characters; {longest} is the most");
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use maribro_contract::checks::inspect;

    fn args(dir: &std::path::Path) -> NewArgs {
        NewArgs {
            name: "My Cool Game".into(),
            title: "Cats & \"Dogs\" <script>alert(1)</script>".into(),
            avatar: "cat-pink".into(),
            description: "Press ✕ → win\n\"fast\" & 'loose' <b>".into(),
            author: "O'Neill &amp; Söhne".into(),
            duration: 30.0,
            dir: dir.to_owned(),
        }
    }

    #[test]
    fn what_was_said_is_what_the_shelf_will_show() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = run(&args(folder.path())).expect("it is made");
        assert_eq!(made.file, folder.path().join("my-cool-game.html"));
        let found = inspect(&std::fs::read(&made.file).expect("it is there"));
        assert!(found.report.ok, "{:#?}", found.report);
        assert_eq!(found.metadata.title.as_deref(), Some("Cats & \"Dogs\" <script>alert(1)</script>"));
        assert_eq!(found.metadata.description, "Press ✕ → win \"fast\" & 'loose' <b>");
        assert_eq!(found.metadata.author, "O'Neill &amp; Söhne");
        assert_eq!(found.metadata.creator_avatar_id, "cat-pink");
    }

    #[test]
    fn a_file_that_is_there_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("my-cool-game.html");
        std::fs::write(&file, "mine").expect("it is written");
        let error = run(&args(folder.path())).expect_err("it is refused");
        assert!(error.to_string().contains("is there already"), "{error}");
        assert_eq!(std::fs::read(&file).expect("it is there"), b"mine");
    }

    #[test]
    fn what_cannot_be_is_refused_before_anything_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let wrong: [fn(&mut NewArgs); 6] = [
            |args| args.avatar = "fox".into(),
            |args| args.duration = 4.0,
            |args| args.title = "x".repeat(121),
            |args| args.title = " \n".into(),
            |args| args.description = "x".repeat(501),
            |args| args.name = "¡¿".into(),
        ];
        for (number, change) in wrong.into_iter().enumerate() {
            let mut args = args(folder.path());
            change(&mut args);
            assert!(run(&args).is_err(), "{number}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
    }
}
