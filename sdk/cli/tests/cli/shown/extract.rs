//! The command lines in a Markdown text.

/// A command line as the text shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// 1-based line of the text.
    pub(crate) line: usize,
    /// Without the description that may stand behind it.
    pub(crate) command: String,
}

/// What a shell reads; blocks of other languages are no commands.
const SHELLS: [&str; 4] = ["", "sh", "bash", "console"];

/// Programs whose names make a span in a sentence a command; in blocks every line is one.
const PROGRAMS: [&str; 14] = [
    "maribro",
    "maribro-host",
    "maribro-input",
    "curl",
    "cargo",
    "bash",
    "sh",
    "python3",
    "mkdir",
    "npx",
    "start.sh",
    "restart.sh",
    "debug.sh",
    "stop.sh",
];

/// Every command of a text, in its order: lines of shell blocks, indented lines, and spans in sentences.
pub(crate) fn commands(text: &str) -> Vec<Shown> {
    let mut found = Vec::new();
    let mut prose = Prose::default();
    let mut fence: Option<bool> = None;
    // A command that goes on in the next line.
    let mut open: Option<Shown> = None;
    for (line, words) in text.lines().enumerate().map(|(index, words)| (index + 1, words)) {
        if let Some(language) = words.trim_start().strip_prefix("```") {
            prose.end(&mut found);
            fence = if fence.is_some() { None } else { Some(SHELLS.contains(&language.trim())) };
        } else if fence == Some(true) {
            let command = words.trim();
            let whole = match open.take() {
                Some(before) => Shown { command: format!("{}\n{command}", before.command), ..before },
                None => Shown { line, command: command.to_owned() },
            };
            match whole.command.strip_suffix('\\') {
                Some(rest) => open = Some(Shown { command: rest.trim_end().to_owned(), ..whole }),
                None if whole.command.is_empty() || whole.command.starts_with('#') => {}
                None => found.push(whole),
            }
        } else if fence.is_none() && words.starts_with("    ") && !words.trim().is_empty() {
            prose.end(&mut found);
            // What it is for stands behind it, in a column of its own.
            let command = words.trim().split("  ").next().unwrap_or_default().to_owned();
            found.push(Shown { line, command });
        } else if fence.is_none() {
            if words.trim().is_empty() {
                prose.end(&mut found);
            }
            prose.lines.push((line, words.to_owned()));
        }
    }
    prose.end(&mut found);
    found
}

/// The lines of a paragraph; a span may begin in one and end in the next.
#[derive(Default)]
struct Prose {
    lines: Vec<(usize, String)>,
}

impl Prose {
    fn end(&mut self, found: &mut Vec<Shown>) {
        let (mut line, mut span): (usize, Option<String>) = (0, None);
        for (number, words) in self.lines.drain(..) {
            if let Some(begun) = &mut span {
                begun.push(' ');
            }
            for character in words.chars() {
                match (&mut span, character) {
                    (None, '`') => (line, span) = (number, Some(String::new())),
                    (None, _) => {}
                    (Some(begun), '`') => {
                        let command = std::mem::take(begun);
                        span = None;
                        if is_command(&command) {
                            found.push(Shown { line, command });
                        }
                    }
                    (Some(begun), _) => begun.push(character),
                }
            }
        }
    }
}

/// Whether a span in a sentence is a command: it begins with a program or with a flag or sets a variable, or it looks like a
/// program with flags.
fn is_command(span: &str) -> bool {
    let mut words = span.split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let is_name = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase() || b"0123456789.-".contains(&byte));
    let sets = first
        .split_once('=')
        .is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'));
    PROGRAMS.contains(&first) || first.starts_with("--") || sets || (is_name(first) && second.starts_with('-'))
}

/// The words of a command line as a shell reads them, as far as quotes go.
pub(crate) fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote): (Vec<String>, Option<String>, Option<char>) = (Vec::new(), None, None);
    for character in command.chars() {
        match quote {
            Some(mark) if character == mark => quote = None,
            Some(_) => word.get_or_insert_default().push(character),
            None if character.is_whitespace() => words.extend(word.take()),
            None if character == '"' || character == '\'' => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            None => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[test]
fn commands_are_found_wherever_they_stand() {
    let text = "Say `maribro new x` or\n`cargo xtask\nparty`; not `title` or `--`'s `a b`.\n\n```sh\n# no\ncurl -s \\\n  $HOST/x\n\
                cd y\n```\n\n```js\nlet no\n```\n\n    cargo xtask test      every check\n\nAnd `gh --help`, `X_Y=…`, `--port 1`.\n";
    let found: Vec<(usize, String)> = commands(text).into_iter().map(|shown| (shown.line, shown.command)).collect();
    let wanted = [
        (1, "maribro new x"),
        (2, "cargo xtask party"),
        (3, "--"),
        (7, "curl -s\n$HOST/x"),
        (9, "cd y"),
        (16, "cargo xtask test"),
        (18, "gh --help"),
        (18, "X_Y=…"),
        (18, "--port 1"),
    ];
    assert_eq!(found, wanted.map(|(line, command)| (line, command.to_owned())));
    assert_eq!(words("a \"b  c\" d'e f' ''"), ["a", "b  c", "de f", ""]);
}
