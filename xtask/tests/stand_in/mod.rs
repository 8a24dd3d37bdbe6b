//! A workspace in which a stand-in for cargo "builds" a host that is a shell script.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Writes a script that can be run.
///
/// Another process does it: a file that this one has open for writing could be inherited by a child that another test
/// starts at that moment, and a program that somebody has open for writing does not start.
pub(crate) fn write_program(path: &Path, text: &str) {
    let mut writer = Command::new("/bin/sh")
        .args(["-c", "cat > \"$0\" && chmod +x \"$0\""])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut input = writer.stdin.take().expect("its input");
    input.write_all(text.as_bytes()).expect("the shell reads");
    drop(input);
    assert!(writer.wait().expect("the shell ends").success(), "{} is not written", path.display());
}

/// The workspace, with the program `cargo` in its top folder.
pub(crate) fn workspace(host: &str) -> TempDir {
    let root = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(root.path().join("xtask")).expect("a folder");
    std::fs::write(root.path().join("Cargo.toml"), "[workspace]").expect("a manifest");
    let mut cargo = "#!/bin/sh\n".to_owned();
    for (name, text) in [("maribro-host", host), ("maribro-input", "#!/bin/sh\n")] {
        let path = root.path().join("built").join(name);
        std::fs::create_dir_all(root.path().join("built")).expect("a folder");
        write_program(&path, text);
        let path = path.display();
        cargo += &format!(
            r#"echo '{{"reason":"compiler-artifact","target":{{"kind":["bin"],"name":"{name}"}},"profile":{{"test":false}},"executable":"{path}"}}'"#
        );
        cargo.push('\n');
    }
    write_program(&root.path().join("cargo"), &cargo);
    root
}
