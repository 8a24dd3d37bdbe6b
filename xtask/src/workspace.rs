//! Where the project is, and what cargo builds in it.

use crate::process::Supervisor;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Package and program of the host.
pub(crate) const HOST: &str = "maribro-host";
/// Package and program of the input daemon.
pub(crate) const DAEMON: &str = "maribro-input";
/// Package and program of game makers.
pub(crate) const CLI: &str = "maribro";

/// The checkout that xtask works on.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace that this xtask belongs to.
    ///
    /// # Errors
    /// The folder above xtask is no workspace.
    pub(crate) fn find() -> Result<Self> {
        // Cargo tells the place at run time; the one from build time may have been moved since.
        let xtask = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = xtask.parent().context("xtask has no folder above it")?.to_path_buf();
        if !root.join("Cargo.toml").is_file() {
            bail!("{} is no workspace: call xtask as `cargo xtask`", root.display());
        }
        Ok(Self { root })
    }

    /// The top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A command that runs in the top folder.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// The cargo that called xtask, in the top folder.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
        command.current_dir(&self.root);
        command
    }

    /// Runs a cargo command that builds and gives its programs by name, wherever the target folder is.
    ///
    /// # Errors
    /// The build fails or is interrupted.
    pub(crate) fn build(&self, supervisor: &Supervisor, cargo: &mut Command) -> Result<Programs> {
        let messages = supervisor.output_of(cargo.arg("--message-format=json-render-diagnostics"))?;
        Programs::in_messages(&messages)
    }

    /// Builds these packages as the party runs them.
    ///
    /// # Errors
    /// As [`Self::build`].
    pub(crate) fn build_party(&self, supervisor: &Supervisor, packages: &[&str]) -> Result<Programs> {
        let mut cargo = self.cargo();
        cargo.args(["build", "--release", "--locked"]);
        cargo.args(packages.iter().flat_map(|package| ["--package", package]));
        self.build(supervisor, &mut cargo)
    }
}

/// A program of tests.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TestProgram {
    /// Its path.
    pub(crate) program: PathBuf,
    /// The folder of its package, in which it runs.
    pub(crate) folder: PathBuf,
}

/// What one build made.
#[derive(Debug, Default)]
pub(crate) struct Programs {
    by_name: BTreeMap<String, PathBuf>,
    tests: Vec<TestProgram>,
}

impl Programs {
    /// The path of a program.
    ///
    /// # Errors
    /// The build did not make it.
    pub(crate) fn path(&self, name: &str) -> Result<&Path> {
        self.by_name.get(name).map(PathBuf::as_path).with_context(|| format!("the build made no program {name}"))
    }

    /// The programs of tests, in the order of their paths.
    pub(crate) fn tests(&self) -> &[TestProgram] {
        &self.tests
    }

    fn in_messages(messages: &[u8]) -> Result<Self> {
        let mut programs = Self::default();
        for line in messages.split(|byte| *byte == b'\n') {
            // Tests that cargo runs may print to the same stream.
            if !line.starts_with(b"{") {
                continue;
            }
            let message: Value = serde_json::from_slice(line).context("reading cargo's messages")?;
            let is_test = message["profile"]["test"].as_bool() == Some(true);
            let is_program = message["target"]["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|k| k == "bin"));
            let Some(path) = message["executable"].as_str().map(PathBuf::from) else { continue };
            if is_test {
                let manifest = Path::new(message["manifest_path"].as_str().context("a package has a manifest")?);
                let folder = manifest.parent().context("a manifest lies in a folder")?.to_path_buf();
                programs.tests.push(TestProgram { program: path, folder });
            } else if let (true, Some(name)) = (is_program, message["target"]["name"].as_str()) {
                programs.by_name.insert(name.to_owned(), path);
            }
        }
        // Messages come in the order in which the build was done, which is another one each time.
        programs.tests.sort_by(|one, other| one.program.cmp(&other.program));
        Ok(programs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_tests_are_told_apart() {
        let messages = br#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"maribro_host"},"profile":{"test":false},"executable":null}
{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"maribro-host"},"manifest_path":"/w/host/Cargo.toml","profile":{"test":true},"executable":"/t/deps/maribro_host-1"}
{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"maribro-host"},"profile":{"test":false},"executable":"/t/release/maribro-host"}
{"reason":"build-finished","success":true}
"#;
        let programs = Programs::in_messages(messages).expect("cargo's messages are read");
        assert_eq!(programs.path(HOST).expect("the host is there"), Path::new("/t/release/maribro-host"));
        assert!(programs.path(DAEMON).is_err());
        let tests = [TestProgram { program: "/t/deps/maribro_host-1".into(), folder: "/w/host".into() }];
        assert_eq!(programs.tests(), tests);
    }
}
